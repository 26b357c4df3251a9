import type { Progress } from '#database/watch.ts';

/** What the server's phases mean (PostgreSQL manual 27.4, tables of CREATE INDEX, VACUUM and ANALYZE progress). */
const words: Readonly<Record<string, string>> = {
  initializing: 'beginning',
  'waiting for writers before build': 'waiting for transactions that write to the table, before building',
  'waiting for writers before validation': 'waiting for transactions that write to the table, before checking',
  'waiting for old snapshots': 'waiting for transactions that see the database as it was before',
  'waiting for readers before marking dead': 'waiting for transactions that may use the old index',
  'waiting for readers before dropping': 'waiting for transactions that may use the old index, before it is dropped',
  'index validation: scanning index': 'checking: reading the new index',
  'index validation: sorting tuples': 'checking: sorting',
  'index validation: scanning table': 'checking: reading the table',
  'scanning heap': 'reading the table',
  'vacuuming indexes': 'taking dead rows out of the indexes',
  'vacuuming heap': 'taking dead rows out of the table',
  'cleaning up indexes': 'tidying the indexes',
  'truncating heap': 'giving room back at the end of the table',
  'performing final cleanup': 'ending',
  'acquiring sample rows': 'reading a sample of the table',
  'acquiring inherited sample rows': 'reading a sample of the partitions',
  'computing statistics': 'counting',
  'computing extended statistics': 'counting extended statistics',
  'finalizing analyze': 'ending',
};

/** A phase in words; what has none keeps the server's. `isWaiting` is told by who is in the way before there is any progress. */
export function phaseText(progress: Progress | undefined, isWaiting: boolean): string {
  if (progress === undefined) return isWaiting ? 'waiting for a lock' : 'beginning';
  const { phase } = progress;
  return words[phase] ?? phase.replace(/^building index(?:: )?/, (start) => (start.endsWith(': ') ? 'building: ' : 'building'));
}
