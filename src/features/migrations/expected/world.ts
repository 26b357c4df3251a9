import { anyValue, type Fact, factKey, type FactKind } from './fact.ts';
import { type Known, KnownFacts } from './known-facts.ts';

/** What one file does to one fact: it is there afterwards with `value`, or gone. */
export interface Entry {
  /** Position of the file among the files. */
  readonly file: number;
  readonly value: string | undefined;
  /** Whether the file is to be judged by it; otherwise it only explains what is seen (a column's first type, say). */
  readonly isClaimed: boolean;
  /** Whether the file may have run without doing it: an IF NOT EXISTS of what is there, or a branch of a DO block. */
  readonly isConditional: boolean;
  /** Later states of the same object under this or another name: where one of them is seen, so was this one. */
  readonly carriedOn: { readonly key: string; readonly entry: Entry }[];
}

/** Everything that the files do to one fact, in their order, and how it was before them. */
export interface Timeline {
  readonly fact: Fact;
  /** The state before the first file: what is dropped without IF EXISTS and never made must have been there. */
  readonly initial: string | undefined;
  readonly entries: readonly Entry[];
  /** Whether the name was derived as PostgreSQL derives it, so that another may stand in the catalog. */
  readonly isNameDerived: boolean;
}

export interface Change {
  readonly value?: string;
  readonly isClaimed?: boolean;
  readonly isConditional?: boolean;
  readonly columns?: readonly string[];
  readonly relations?: readonly string[];
  readonly isNameDerived?: boolean;
}

interface OpenTimeline extends Timeline {
  readonly entries: Entry[];
}

const changing = ['create', 'alter', 'drop', 'rename'] as const;
const constraining = ['constraint', 'references', 'check', 'unique', 'primary', 'validate'] as const;

/** Words without which no statement makes or ends a fact of a kind. */
const verbs: Readonly<Record<FactKind, readonly string[]>> = {
  schema: ['schema'],
  extension: ['extension'],
  relation: [...changing, 'into'],
  column: changing,
  'column-type': changing,
  'not-null': ['null', 'primary', ...changing],
  default: ['default', ...changing],
  index: ['index', ...constraining],
  constraint: constraining,
  validated: constraining,
  policy: ['policy'],
  trigger: ['trigger'],
  'row-security': ['security'],
  'forced-row-security': ['security'],
  function: ['function', 'procedure', 'routine'],
  'function-setting': ['function', 'procedure', 'routine'],
  type: ['type', 'domain'],
  'enum-value': ['type'],
  comment: ['comment'],
  partition: ['partition'],
};

const ofRelation: readonly FactKind[] = [
  'column',
  'column-type',
  'not-null',
  'default',
  'constraint',
  'validated',
  'policy',
  'trigger',
];
const ofTable: readonly FactKind[] = ['row-security', 'forced-row-security', 'comment', 'partition'];

/** The facts as they stand after the files folded so far, and how they came to be. */
export class World {
  readonly timelines = new Map<string, OpenTimeline>();
  readonly known = new KnownFacts();
  /** Whatever any file says of a relation, by its full name. */
  readonly #saidOf = new Map<string, Fact[]>();
  #file = 0;
  /** Whether the statement at hand may be skipped although its file runs. */
  isConditional = false;

  /** Begins with the next file. */
  enter(file: number): void {
    this.#file = file;
  }

  get(fact: Fact): Known | undefined {
    return this.known.get(fact);
  }

  has(fact: Fact): boolean {
    return this.known.get(fact) !== undefined;
  }

  /** Facts that fit, in the order in which they came to be known. */
  filter(isWanted: (known: Known) => boolean): readonly Known[] {
    return this.known.all().filter(isWanted);
  }

  /** Facts of one relation: columns, constraints, triggers, …, itself and its indexes aside. */
  partsOf(schema: string, name: string): readonly Known[] {
    return this.known.of(schema, name).filter(({ fact: { kind } }) => ofRelation.includes(kind) || ofTable.includes(kind));
  }

  /** Makes a fact true. */
  set(fact: Fact, change: Change = {}): Entry {
    const { value = '', isClaimed = true, isConditional = this.isConditional, columns = [], relations = [] } = change;
    const entry = this.#record(fact, { value, isClaimed, isConditional }, undefined, change.isNameDerived);
    if (!isConditional || !this.has(fact)) this.known.set({ fact, value, columns, relations });
    return entry;
  }

  /** Ends a fact. Where nobody made it, it must have been there before the first file, unless `mayBeMissing`. */
  drop(fact: Fact, { isClaimed = true, isConditional = this.isConditional, mayBeMissing = false } = {}): Entry {
    // Of a table that the files make, a part that none of them makes may as well never have been there: the table was not either.
    const isOfMade = fact.part !== '' && this.has({ ...fact, kind: 'relation', part: '' });
    const entry = this.#record(fact, { value: undefined, isClaimed, isConditional }, mayBeMissing || isOfMade ? undefined : '');
    if (!isConditional) this.known.delete(fact);
    return entry;
  }

  /**
   * Notes that a relation ends under its name: what earlier files took from it is gone now whether or not they ran. Without this a column that
   * was dropped would tell that its file ran only because the table is not there.
   */
  endParts(schema: string, name: string): void {
    for (const fact of this.#saidOf.get(`${schema}.${name}`) ?? []) {
      const isPart = fact.part !== '' || ofTable.includes(fact.kind);
      if (isPart && !fact.kind.startsWith('function') && fact.kind !== 'enum-value' && !this.has(fact))
        this.drop(fact, { isClaimed: false, mayBeMissing: true });
    }
  }

  /** Carries a fact on as another or with another value: what was made is still there, only not as it was. */
  carryOn(from: Known, to: Fact, change: Change): void {
    const key = factKey(to);
    const before = this.timelines.get(factKey(from.fact))?.entries.at(-1);
    if (key !== factKey(from.fact)) this.drop(from.fact, { isClaimed: false, mayBeMissing: true });
    const isClaimed = before !== undefined && before.file === this.#file && before.isClaimed;
    const entry = this.set(to, { isClaimed, columns: from.columns, relations: from.relations, ...change });
    before?.carriedOn.push({ key, entry });
  }

  /**
   * Notes that a file may have made or ended whatever its text names, since nobody can say what it does. Then what is seen of that tells of
   * no other file that it ran, or that it did not.
   */
  cloud(file: number, words: ReadonlySet<string>): void {
    for (const { fact, entries } of this.timelines.values()) {
      if (!words.has(fact.name) || entries.some((entry) => entry.file === file)) continue;
      const isNamed = fact.part === '' || fact.kind.startsWith('function') || words.has(fact.part);
      const mayBeMade = isNamed && verbs[fact.kind].some((verb) => words.has(verb));
      const unknown = { file, isClaimed: false, isConditional: true, carriedOn: [] };
      if (mayBeMade) entries.push({ ...unknown, value: anyValue });
      // With a table goes everything that is part of it.
      if (mayBeMade || words.has('drop')) entries.push({ ...unknown, value: undefined });
    }
  }

  #record(
    fact: Fact,
    what: Pick<Entry, 'value' | 'isClaimed' | 'isConditional'>,
    initial: string | undefined,
    isNameDerived = false,
  ): Entry {
    const key = factKey(fact);
    let timeline = this.timelines.get(key);
    if (timeline === undefined) {
      timeline = { fact, initial, entries: [], isNameDerived };
      this.timelines.set(key, timeline);
      const owner = `${fact.schema}.${fact.name}`;
      const said = this.#saidOf.get(owner);
      if (said === undefined) this.#saidOf.set(owner, [fact]);
      else said.push(fact);
    }
    const entry: Entry = { file: this.#file, ...what, carriedOn: [] };
    const { entries } = timeline;
    // Only what a file leaves behind can be looked for: `drop … if exists` before `create` is undone by it.
    if (!what.isConditional) while (entries.at(-1)?.file === this.#file && !isCarried(entries.at(-1)!)) entries.pop();
    entries.push(entry);
    return entry;
  }
}

function isCarried(entry: Entry): boolean {
  return entry.carriedOn.length > 0;
}
