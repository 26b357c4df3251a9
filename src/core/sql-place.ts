import { isSecretName } from './secrets.ts';

/** What is open between `(` and `)`. */
interface Frame {
  /** Everything in it is secret: arguments of a function that encrypts, say. */
  readonly isSecret: boolean;
  /** It is a call: the first of two arguments can be the name of the second. */
  readonly isCall: boolean;
  /** Of a row of VALUES: which of its values go into secret columns. */
  readonly secretColumns: readonly boolean[] | undefined;
  /** The names of the columns that an INSERT lists, while they are read. */
  readonly columns: string[] | undefined;
  position: number;
  /** The first name since the last comma: of a definition, what is defined. */
  subject: string | undefined;
}

type Kind = 'name' | 'sign' | 'constant' | 'number';
interface Seen {
  readonly kind: Kind;
  /** A name without its quotes, a constant without them. */
  readonly text: string;
  readonly isSecret: boolean;
  /** Where the constant was put. */
  readonly piece: number;
}

/** Functions that take a key or a password, by name; others tell it by a word in theirs. */
const encrypting =
  /^(?:crypt|hmac|digest|encrypt(?:_iv)?|decrypt(?:_iv)?|pgp_(?:sym|pub)_(?:en|de)crypt(?:_bytea)?|dblink_connect(?:_u)?)$/;
/** Their arguments are names, of settings and the like. */
const lookingUp = /^(?:current_setting|gen_salt|nextval|currval|setval|to_regclass)$/;
/** Behind these what stands in parentheses is no list of arguments, or none of names and values. */
const listing = /^(?:in|any|all|some|values|check|unique|key|exists|format|concat|coalesce)$/;
/** Behind these a name with `(` is a table, no function. */
const beforeTables = /^(?:table|into|on|exists|references|join|from|only|update|view|as|index|policy)$/;
const assigning = new Set(['=', '=>', ':=', '<>', '!=', 'to', 'is', 'like', 'ilike']);
const longestName = 100;

/** Where in a statement one is, token by token, as far as that tells whether a constant is a secret. */
export class SqlPlace {
  #seen: Seen[] = [];
  #frames: Frame[] = [newFrame()];
  #columns: readonly string[] | undefined;
  #isInsert = false;
  /** The depth on which VALUES stands, while its rows are read. */
  #valuesDepth = -1;

  /** A constant, that is put to the pieces at `piece`. Whether it is a secret by where it stands. */
  constant(text: string, piece: number): boolean {
    const isSecret = this.#isSecret(true);
    const name = text.length > longestName ? '' : text.replaceAll(/^[^']*'|'$/g, '');
    this.#push({ kind: 'constant', text: name, isSecret, piece });
    return isSecret;
  }

  /** A number. Whether it is a secret by where it stands. */
  number(): boolean {
    const isSecret = this.#isSecret(false);
    this.#push({ kind: 'number', text: '', isSecret, piece: -1 });
    return isSecret;
  }

  /** A name or keyword; gives the piece that is a secret by being called so: `'…' as password`. */
  name(written: string): number | undefined {
    const text = written.startsWith('"') ? written.slice(1, -1) : written.toLowerCase();
    const frame = this.#frame;
    frame.subject ??= text;
    frame.columns?.push(text);
    if (text === 'insert') this.#isInsert = true;
    if (text === 'values' && this.#columns !== undefined) this.#valuesDepth = this.#frames.length;
    const called = this.#back(1).text === 'as' && isSecretName(text) ? this.#beforeAs() : undefined;
    this.#push({ kind: 'name', text, isSecret: false, piece: -1 });
    return called;
  }

  /** Anything else; never gives a piece. */
  sign(text: string): undefined {
    if (text === '(') this.#open();
    else if (text === ')') this.#close();
    else if (text === ';') this.#end();
    else if (text === ',') {
      this.#frame.position += 1;
      this.#frame.subject = undefined;
    }
    this.#push({ kind: 'sign', text, isSecret: false, piece: -1 });
  }

  get #frame(): Frame {
    return this.#frames.at(-1)!;
  }

  #back(count: number): Seen {
    return this.#seen.at(-count) ?? nothing;
  }

  #push(seen: Seen): void {
    this.#seen.push(seen);
    if (this.#seen.length > 8) this.#seen.shift();
  }

  #isSecret(isText: boolean): boolean {
    const [before, second, third] = [this.#back(1), this.#back(2), this.#back(3)];
    const { isSecret, isCall, secretColumns, position, subject } = this.#frame;
    if (secretColumns?.[position] === true) return true;
    const isNamed = (seen: Seen): boolean =>
      (seen.kind === 'name' || (seen.kind === 'constant' && !seen.isSecret)) && isSecretName(seen.text);
    if (assigning.has(before.text) && before.kind !== 'constant' && isNamed(second)) return true;
    if (!isText) return false;
    if (isSecret) return true;
    if (before.kind === 'name' && isSecretName(before.text)) return true;
    if (before.text === '||' && second.isSecret) return true;
    if (isCall && before.text === ',' && second.kind === 'constant' && isNamed(second)) return true;
    if (before.text !== 'default') return false;
    return isSecretName(subject ?? '') || (second.text === 'set' && isNamed(third));
  }

  /** The piece of the constant before AS, also where a cast stands between. */
  #beforeAs(): number | undefined {
    const candidates = [this.#back(2), this.#back(3).text === '::' ? this.#back(4) : nothing];
    return candidates.find(({ kind, isSecret }) => kind === 'constant' && !isSecret)?.piece;
  }

  #open(): void {
    const outer = this.#frame;
    const before = this.#back(1);
    if (this.#valuesDepth === this.#frames.length && (before.text === 'values' || before.text === ',')) {
      const secretColumns = this.#columns!.map((name) => isSecretName(name));
      this.#frames.push(newFrame({ secretColumns }));
      return;
    }
    if (before.kind !== 'name') {
      this.#frames.push(newFrame({ isSecret: outer.isSecret || outer.secretColumns?.[outer.position] === true }));
      return;
    }
    let head = 2;
    while (this.#back(head).text === '.') head += 2;
    const isTable = beforeTables.test(this.#back(head).text);
    const isCall = !isTable && !lookingUp.test(before.text) && !listing.test(before.text);
    const isWithin = outer.isSecret || outer.secretColumns?.[outer.position] === true;
    const isSecret = isCall
      ? isWithin || encrypting.test(before.text) || isSecretName(before.text)
      : isWithin && listing.test(before.text);
    const columns = this.#isInsert && this.#back(head).text === 'into' ? [] : undefined;
    this.#frames.push(newFrame({ isCall, isSecret, columns }));
  }

  #close(): void {
    const closed = this.#frames.length > 1 ? this.#frames.pop() : undefined;
    if (closed?.columns !== undefined) this.#columns = closed.columns;
  }

  #end(): void {
    this.#frames = [newFrame()];
    this.#columns = undefined;
    this.#isInsert = false;
    this.#valuesDepth = -1;
  }
}

const nothing: Seen = { kind: 'sign', text: '', isSecret: false, piece: -1 };

function newFrame(given: Partial<Frame> = {}): Frame {
  return {
    isSecret: false,
    isCall: false,
    secretColumns: undefined,
    columns: undefined,
    position: 0,
    subject: undefined,
    ...given,
  };
}
