/** What there is to say of a file if the process ends in this very moment: true from its first write to its last. */
export class Moment {
  readonly #name: string;
  readonly #isWhole: boolean;
  #stage: 'noting' | 'running' | 'committing' | 'recording' = 'noting';
  #statement = 0;
  #doneStatements: () => number = () => 0;

  constructor(name: string, isWhole: boolean) {
    this.#name = name;
    this.#isWhole = isWhole;
  }

  /** Told when its statements begin, when the COMMIT of one that is one transaction is sent, and when its failure is written down. */
  enter(stage: 'running' | 'committing' | 'recording'): void {
    this.#stage = stage;
  }

  /** Told which statement is under way, from 1. */
  reach(statement: number): void {
    this.#statement = statement;
  }

  /** Told where to ask how many statements are done for good, of a file that runs statement by statement. */
  count(doneStatements: () => number): void {
    this.#doneStatements = doneStatements;
  }

  sentence(): string {
    return `${this.#words()} Look with: aisha-console migrations status`;
  }

  #words(): string {
    const name = this.#name;
    if (this.#stage === 'noting') return `Interrupted before anything of ${name} was run; the history may say that it runs.`;
    if (this.#stage === 'recording') return `${name} failed, and was interrupted before that was on record.`;
    if (this.#isWhole) {
      return this.#stage === 'committing'
        ? `${name} may have been applied: interrupted while COMMIT was under way.`
        : `${name} was not applied: interrupted before COMMIT was sent, so that the server takes back what was done of it.`;
    }
    const done = this.#doneStatements();
    const kept = done === 0 ? 'nothing before it is' : done === 1 ? 'the first is' : `the first ${done} are`;
    const where =
      this.#statement === 0
        ? `before it went on with ${name}`
        : `during statement ${this.#statement} of ${name}, which may take effect`;
    return `Interrupted ${where}; ${kept} done for good, and the next apply looks and goes on.`;
  }
}
