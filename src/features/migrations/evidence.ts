import { type Reader, type ReadOptions, statement } from '#database/query.ts';
import { atOnce } from '#core/slices.ts';
import { type Claim, type Expected } from './expected.ts';
import { describeFact, type Fact, fact, type FactKind, factKey, isSameState } from './expected/fact.ts';
import { settingText } from './expected/functions.ts';
import type { Entry, Timeline } from './expected/world.ts';
import { factQueries } from './status/queries.ts';

/** What the catalog shows of one file. `present` of `expected` things are as the file leaves them. */
export interface Evidence {
  readonly present: number;
  /** Things that tell whether this file ran. 0: there is nothing to look for, which says neither that it ran nor that it did not. */
  readonly expected: number;
  /** What is not as the file leaves it, for people: `index idx_a`, `table_b should be gone`. Not displayable text yet. */
  readonly missing: readonly string[];
  /** Things of the file that tell nothing here: other files make the same, or later ones change it. */
  readonly undecided: number;
}

/** What the catalog has: values by factKey. */
export type Observed = ReadonlyMap<string, string>;

/** Reads what the catalog has of everything that the files name, in one round trip. Throws an AdminError where the server refuses. */
export async function observe(reader: Reader, { timelines }: Expected, options: ReadOptions = {}): Promise<Observed> {
  const schemas = [...new Set([...timelines.values()].map((timeline) => timeline.fact.schema).filter((schema) => schema !== ''))];
  const answers = await reader.readEach(
    factQueries.map((query) => statement(query, { schemas })),
    options,
  );
  const observed = new Map<string, string>();
  for (const answer of answers) {
    for (const row of await answer) {
      const kind = row.kind as FactKind;
      const value = kind === 'function-setting' ? settingText(row.value) || '""' : row.value;
      observed.set(factKey(fact(kind, row.schema_name, row.object_name, row.part)), value);
    }
  }
  return observed;
}

type Verdict = 'present' | 'missing' | 'undecided';

/** Rounds of judging: what is known of one file can decide things of another; more than a few change nothing in practice. */
const mostRounds = 6;

/**
 * Judges every file by what is there, by position. A thing counts only where it tells this file from others: when several files lead to what
 * is seen, and nothing else says which of them ran, it is left undecided. Pure.
 */
export function judge(expected: Expected, observed: Observed): readonly Evidence[] {
  return atOnce(judgingSteps(expected, observed));
}

/** The same in steps, for whoever has other work to do meanwhile. */
export function* judgingSteps(expected: Expected, observed: Observed): Generator<undefined, readonly Evidence[]> {
  const judging = new Judging(expected, observed);
  let verdicts: readonly (readonly Verdict[])[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const next: Verdict[][] = [];
    let isNew = round === 0;
    for (const [file, claims] of expected.claims.entries()) {
      const found: Verdict[] = [];
      next.push(found);
      for (const [index, claim] of claims.entries()) {
        const verdict = judging.verdict(claim);
        isNew ||= verdicts[file]?.[index] !== verdict;
        found.push(verdict);
        yield;
      }
    }
    if (!isNew) break;
    verdicts = next;
    judging.learn(next);
  }
  return expected.claims.map((claims, file) => {
    const found = verdicts[file] ?? [];
    const count = (verdict: Verdict): number => found.filter((each) => each === verdict).length;
    return {
      present: count('present'),
      expected: count('present') + count('missing'),
      missing: claims.filter((_, index) => found[index] === 'missing').map((claim) => judging.lack(claim)),
      undecided: count('undecided'),
    };
  });
}

class Judging {
  readonly #expected: Expected;
  readonly #observed: Observed;
  readonly #ran = new Set<number>();
  readonly #didNotRun = new Set<number>();

  constructor(expected: Expected, observed: Observed) {
    this.#expected = expected;
    this.#observed = observed;
  }

  /** Remembers of which files the verdicts so far say that they ran, or did not. */
  learn(verdicts: readonly (readonly Verdict[])[]): void {
    this.#ran.clear();
    this.#didNotRun.clear();
    verdicts.forEach((found, file) => {
      if (found.includes('present') && !found.includes('missing')) this.#ran.add(file);
      if (found.includes('missing') && !found.includes('present')) this.#didNotRun.add(file);
    });
  }

  verdict({ timeline, entry }: Claim): Verdict {
    return this.#verdictOf(timeline, entry);
  }

  /** What is not as it should be, in words. */
  lack({ timeline, entry, key }: Claim): string {
    const text = describeFact(timeline.fact);
    if (entry.value === undefined) return `${text} should be gone`;
    return this.#observed.has(key) ? `${text} (it differs)` : text;
  }

  #verdictOf(timeline: Timeline, entry: Entry): Verdict {
    const seen = this.#seen(timeline, entry);
    const leadingHere = timeline.entries.filter((each) => isSameState(each.value, seen) && this.#canHaveRun(each));
    const startsHere = isSameState(timeline.initial, seen) && !this.#hasLeftItsStart(timeline, seen);
    if (isSameState(entry.value, seen)) {
      const others = leadingHere.filter(
        (each) => each !== entry && each.file !== entry.file && !entry.carriedOn.some((next) => next.entry === each),
      );
      return others.length === 0 && !startsHere ? 'present' : 'undecided';
    }
    if (this.#isSeenLater(entry)) return 'present';
    if (entry.isConditional) return 'undecided';
    return leadingHere.some((each) => each.file > entry.file) ? 'undecided' : 'missing';
  }

  /** Whether the same object is seen as a later file left it: renamed, or with a renamed column. */
  #isSeenLater(entry: Entry): boolean {
    return entry.carriedOn.some(({ key, entry: next }) => {
      const timeline = this.#expected.timelines.get(key);
      return timeline !== undefined && this.#verdictOf(timeline, next) === 'present';
    });
  }

  #canHaveRun(entry: Entry): boolean {
    return !this.#didNotRun.has(entry.file);
  }

  /** Whether a file that surely ran made something else of it, so that what is seen cannot be how it was at the start. */
  #hasLeftItsStart({ entries }: Timeline, seen: string | undefined): boolean {
    return entries.some((entry) => this.#ran.has(entry.file) && !entry.isConditional && !isSameState(entry.value, seen));
  }

  #seen({ fact: wanted, isNameDerived }: Timeline, entry: Entry): string | undefined {
    const seen = this.#observed.get(factKey(wanted));
    if (seen !== undefined || !isNameDerived || entry.value === undefined) return seen;
    return this.#byDefinition(wanted, entry.value);
  }

  /** An index or constraint without a name may have got another than the one derived: one of the same definition that no file names is it. */
  #byDefinition(wanted: Fact, value: string): string | undefined {
    if (wanted.kind !== 'index' && wanted.kind !== 'constraint') return undefined;
    if (wanted.kind === 'constraint' && value === 'c') return undefined;
    const prefix = factKey({ ...wanted, name: wanted.kind === 'index' ? '' : wanted.name, part: '' }).replace(
      /\u0000+$/,
      '\u0000',
    );
    const fits = ([key, found]: [string, string]): boolean =>
      found === value && key.startsWith(prefix) && !this.#expected.timelines.has(key);
    return [...this.#observed].some(fits) ? value : undefined;
  }
}
