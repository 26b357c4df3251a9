import { expect, test } from 'vitest';
import { KnownEntries } from '#features/audit/tail-history.ts';

const entry = {
  id: 'a',
  at: null,
  action: null,
  table: null,
  recordId: null,
  tenantId: null,
  actor: null,
  changedKeys: [],
  moreChangedKeys: 0,
};

test('an old entry that is updated behind the mark is told by the history where the following does not find it', () => {
  const updated = { ...entry, fullXid: '120' };
  for (const mode of ['scan', 'floor'] as const)
    expect(new KnownEntries({ lo: '100', hi: '110', mode }).take(updated)).toBe(false);
  const known = new KnownEntries({ lo: '100', hi: '110', mode: 'txid' });
  expect(known.take(updated)).toBe(true);
  expect(known.entries()).toContain(updated);
});
