import { type DisplayText, label } from '#core/display-text.ts';
import type { MigrationFlag } from '../flags.ts';

interface FlagWords {
  /** For the list, where columns are few. */
  readonly short: string;
  readonly meaning: string;
}

/** What is said of a file in the list, the gravest first, and what it means. That there is a rollback is told with the rollback itself. */
const told: Readonly<Record<Exclude<MigrationFlag, 'has-rollback' | 'rollback-script'>, FlagWords>> = {
  edited: { short: 'edited', meaning: 'its text is another than when it ran' },
  unparseable: { short: 'syntax', meaning: 'PostgreSQL does not understand it' },
  'psql-only': { short: 'psql', meaning: 'only psql can run it' },
  'out-of-order': { short: 'late', meaning: 'a later one was applied before it' },
  'own-transaction': { short: 'own-tx', meaning: 'it opens transactions itself' },
  'non-transactional': { short: 'no-tx', meaning: 'it is run statement by statement' },
  'duplicate-number': { short: 'dup', meaning: 'another file has the same number' },
  empty: { short: 'empty', meaning: 'it has no statement' },
  gap: { short: 'gap', meaning: 'no file has the number before' },
  'date-prefixed': { short: 'dated', meaning: 'a date stands for its number' },
  'non-numbered': { short: 'no-num', meaning: 'it has no number' },
  crlf: { short: 'crlf', meaning: 'its lines end as on Windows' },
  unverified: { short: 'no-sum', meaning: 'no checksum is on record' },
};

type ToldFlag = keyof typeof told;

const order = Object.keys(told) as ToldFlag[];

/** The flags that are told, the gravest first. */
export function toldFlags(flags: readonly MigrationFlag[]): readonly ToldFlag[] {
  return order.filter((flag) => flags.includes(flag));
}

/** A flag as the list has it, and what it means. */
export const flagWords = (flag: ToldFlag): FlagWords => told[flag];

/** The flags of a row in at most `columns`, none of them cut: those for which there is no room are counted. */
export function fittingFlags(flags: readonly MigrationFlag[], columns: number): DisplayText {
  const all = toldFlags(flags).map((flag) => told[flag].short);
  for (let shown = all.length; shown > 0; shown -= 1) {
    const text = [...all.slice(0, shown), ...(shown < all.length ? [`+${all.length - shown}`] : [])].join(' ');
    if (text.length <= columns) return label(text);
  }
  return label(all.length === 0 ? '' : `+${all.length}`);
}
