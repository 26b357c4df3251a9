import { isSecretName } from './secrets.ts';

/** What is open between `(` and `)`. */
interface Frame {
  /** Everything in it is secret: arguments of a function that encrypts, say. */
  readonly isSecret: boolean;
  /** It is a call: the first of two arguments can be the name of the second. */
  readonly isCall: boolean;
  /** Nothing but parentheses around something: `(password)::text = '…'`, as the server writes it. */
  readonly isGroup: boolean;
  /** Of a row of VALUES: which of its values go into secret columns. */
  readonly secretColumns: readonly boolean[] | undefined;
  /** The names of the columns that an INSERT lists, while they are read. */
  readonly columns: string[] | undefined;
  /** What was seen before the size of a type: `password::varchar(20) = '…'`. */
  readonly beforeSize: readonly Seen[] | undefined;
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
/** No function has such a name. */
const beforeGroups = /^(?:select|distinct|where|and|or|not|on|when|then|else|case|having|by|if|elsif|return|perform)$/;
const secondOfType = /^(?:varying|precision)$/;
const comparingLists = /^(?:in|any|some|all)$/;
const assigning = new Set(['=', '=>', ':=', '<>', '!=', 'to', 'is', 'like', 'ilike']);
const longestName = 100;

/** Where in a statement one is, token by token, as far as that tells whether a constant is a secret. */
export class SqlPlace {
  #seen: Seen[] = [];
  #frames: Frame[] = [newFrame()];
  #columns: readonly string[] | undefined;
  #isInsert = false;
  #isBehindCast = false;
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
    else if (text === ')') {
      // Parentheses around one thing are not seen from outside.
      const { isGroup, beforeSize } = this.#close();
      if (beforeSize !== undefined) this.#seen = [...beforeSize];
      if (beforeSize !== undefined || (isGroup && this.#back(1).kind !== 'sign')) return;
    } else if (text === ';') this.#end();
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
    // What something is cast to says nothing of it.
    const isType = seen.kind === 'name' && (this.#back(1).text === '::' || (this.#isBehindCast && secondOfType.test(seen.text)));
    if (isType && this.#back(1).text === '::') this.#seen.pop();
    this.#isBehindCast = isType;
    if (isType) return;
    this.#seen.push(seen);
    if (this.#seen.length > 8) this.#seen.shift();
  }

  #isSecret(isText: boolean): boolean {
    const [before, second, third] = [this.#back(1), this.#back(2), this.#back(3)];
    const { isSecret, isCall, secretColumns, position, subject } = this.#frame;
    if (secretColumns?.[position] === true) return true;
    if (assigning.has(before.text) && before.kind !== 'constant' && isNamed(second)) return true;
    if (!isText) return false;
    if (isSecret) return true;
    if (before.kind === 'name' && isSecretName(before.text)) return true;
    if (before.text === '||' && second.isSecret) return true;
    if (isCall && before.text === ',' && second.kind === 'constant' && isNamed(second)) return true;
    if (before.text !== 'default') return false;
    return isSecretName(subject ?? '') || (second.text === 'set' && isNamed(third));
  }

  /** The piece of the constant before AS. */
  #beforeAs(): number | undefined {
    const { kind, isSecret, piece } = this.#back(2);
    return kind === 'constant' && !isSecret ? piece : undefined;
  }

  #open(): void {
    const outer = this.#frame;
    const before = this.#back(1);
    if (this.#valuesDepth === this.#frames.length && (before.text === 'values' || before.text === ',')) {
      const secretColumns = this.#columns!.map((name) => isSecretName(name));
      this.#frames.push(newFrame({ secretColumns }));
      return;
    }
    if (this.#isBehindCast) {
      this.#frames.push(newFrame({ beforeSize: [...this.#seen] }));
      return;
    }
    if (before.kind !== 'name' || beforeGroups.test(before.text)) {
      this.#frames.push(newFrame({ isGroup: true, isSecret: outer.isSecret || outer.secretColumns?.[outer.position] === true }));
      return;
    }
    let head = 2;
    while (this.#back(head).text === '.') head += 2;
    const isTable = beforeTables.test(this.#back(head).text);
    const isCall = !isTable && !lookingUp.test(before.text) && !listing.test(before.text);
    const isWithin = outer.isSecret || outer.secretColumns?.[outer.position] === true;
    const isSecret = isCall
      ? isWithin || encrypting.test(before.text) || isSecretName(before.text)
      : (isWithin && listing.test(before.text)) || (comparingLists.test(before.text) && this.#isOfSecret());
    const columns = this.#isInsert && this.#back(head).text === 'into' ? [] : undefined;
    this.#frames.push(newFrame({ isCall, isSecret, columns }));
  }

  /** Whether what is compared with a list is a secret: `token in (`, `token not in (`, `token = any (`. */
  #isOfSecret(): boolean {
    const [second, third] = [this.#back(2), this.#back(3)];
    return isNamed(second) || ((second.text === 'not' || assigning.has(second.text)) && isNamed(third));
  }

  #close(): Frame {
    const closed = this.#frames.length > 1 ? this.#frames.pop()! : this.#frame;
    if (closed.columns !== undefined) this.#columns = closed.columns;
    return closed;
  }

  #end(): void {
    this.#frames = [newFrame()];
    this.#columns = undefined;
    this.#isInsert = false;
    this.#valuesDepth = -1;
  }
}

/** Whether it is a name, or the name of a key, that tells a secret. */
function isNamed({ kind, text, isSecret }: Seen): boolean {
  return (kind === 'name' || (kind === 'constant' && !isSecret)) && isSecretName(text);
}

const nothing: Seen = { kind: 'sign', text: '', isSecret: false, piece: -1 };

function newFrame(given: Partial<Frame> = {}): Frame {
  return {
    isSecret: false,
    isCall: false,
    isGroup: false,
    beforeSize: undefined,
    secretColumns: undefined,
    columns: undefined,
    position: 0,
    subject: undefined,
    ...given,
  };
}
