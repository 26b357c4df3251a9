// What counts as a secret, by name and by value. Judged on the side of masking: a masked harmless value can be revealed on purpose, a shown
// secret cannot be taken back.

const listed = (words: string): string[] => words.trim().split(/\s+/);

/** Words that make a name secret wherever they stand in it. */
const secretWords = new Set(
  listed(`
    password passwords passwd pwd passphrase passcode secret secrets credential credentials creds token tokens jwt bearer authorization
    cookie cookies session otp totp salt hash dsn apikey apikeys authtoken mnemonic cvv cvc`),
);

/** Two words beside each other that make a name secret. `key` alone does not: primary_key, key_prefix, keyboard. */
const secretPairs = new Set([
  ...listed('api access private secret service signing encryption master ssh auth webhook license').flatMap((kind) => [
    `${kind} key`,
    `${kind} keys`,
  ]),
  ...listed('recovery backup verification reset security').flatMap((kind) => [`${kind} code`, `${kind} codes`]),
  ...listed('connection database db redis postgres').flatMap((kind) => [`${kind} string`, `${kind} uri`, `${kind} url`]),
  ...listed('smtp imap ftp db user mail email admin redis pg').map((kind) => `${kind} pass`),
  ...listed('key_hash service_role anon_key pass_phrase magic_link seed_phrase conn_str connection_str').map((pair) =>
    pair.replace('_', ' '),
  ),
]);

/** Last words that make a name tell something about a secret, not the secret. */
const aboutSecrets = new Set(
  listed(`
    at on in count counts length size expires expiry expiration expired enabled disabled required changed updated created used usage date
    time timeout ttl age type kind prefix policy strength limit limits budget version status algorithm algo rounds id ids name tags tag
    duration seconds minutes attempts verified valid revoked rotation scope scopes`),
);

/** What models count and what files are told apart by: not secrets though the word is. */
const harmless =
  /^(?:(?:max|min|total|prompt|completion|input|output|cached|reasoning|used|remaining|num|n) (?:\w+ )?tokens|(?:content|file|commit|git|row|image) hash)$/;

/** Compounds written as one word. */
const secretStems =
  /password|passwd|passphrase|apikey|privatekey|secretkey|accesskey|clientsecret|accesstoken|refreshtoken|authtoken/;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

const judged = new Map<string, boolean>();
const mostJudged = 5_000;

function judge(name: string): boolean {
  const words = wordsOf(name);
  const joined = words.join(' ');
  const last = words.at(-1) ?? '';
  // A session's or access key's id is what opens it.
  if (/\b(?:session|access key) id$/.test(joined)) return true;
  if (words.length > 1 && aboutSecrets.has(last)) return false;
  if (harmless.test(joined)) return false;
  return (
    words.some((word) => secretWords.has(word) || secretStems.test(word)) ||
    words.some((word, index) => secretPairs.has(`${word} ${words[index + 1] ?? ''}`))
  );
}

/**
 * Whether a column or JSON key names a secret: `password`, `key_hash`, `apiKey`, `X-Api-Key`, `refresh_token`, `connection_string`… but not
 * what merely tells about one: `key_prefix`, `token_count`, `password_changed_at`, `primary_key`. Snake, kebab, camel case and any other
 * writing. Unknown names are not secret; looksSecret judges their values.
 */
export function isSecretName(columnOrKey: string): boolean {
  const known = judged.get(columnOrKey);
  if (known !== undefined) return known;
  const secret = judge(columnOrKey.slice(0, 200));
  if (judged.size < mostJudged) judged.set(columnOrKey, secret);
  return secret;
}

/** Token formats with a published prefix, and hashes with a scheme in front; each needs enough characters behind not to be a word. */
const tokenForms = [
  String.raw`eyJ[\w-]{6,1000}\.[\w-]{6,}(?:\.[\w-]*)*`,
  String.raw`sb_secret_[\w-]{8,}`,
  String.raw`sbp_[\w-]{16,}`,
  String.raw`[srp]k_(?:live|test)_\w{8,}`,
  String.raw`sk-(?=[\w-]{0,100}\d)(?=[\w-]{0,100}[A-Z])[\w-]{16,}`,
  String.raw`whsec_[\w+/=-]{8,}`,
  String.raw`gh[pousr]_\w{16,}`,
  String.raw`github_pat_\w{16,}`,
  String.raw`glpat-[\w-]{16,}`,
  String.raw`npm_\w{30,}`,
  String.raw`xox[a-z]-[\w-]{8,}`,
  String.raw`xapp-[\w-]{8,}`,
  String.raw`(?:AKIA|ASIA)[A-Z0-9]{16}`,
  String.raw`AIza[\w-]{30,}`,
  String.raw`ya29\.[\w-]{16,}`,
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  String.raw`key-[0-9a-f]{32}`,
  String.raw`(?:Bearer|Basic) +(?=[\w+/=.~-]{0,100}[\d=])[\w+/=.~-]{8,}`,
];
const hashForms = [
  String.raw`\$2[abxy]?\$\d\d\$[./\w]{20,}`,
  String.raw`\$argon2(?:id|i|d)\$[^\s"']+`,
  String.raw`\$(?:1|5|6|y|scrypt|pbkdf2[\w-]*)\$[^\s"']{8,}`,
  String.raw`SCRAM-SHA-\d+\$[^\s"']+`,
  String.raw`pbkdf2_sha\d+\$[^\s"']+`,
  String.raw`md5[0-9a-f]{32}(?![0-9a-f])`,
  String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)`,
  String.raw`PuTTY-User-Key-File-\d[^]*`,
];

/** Every secret that can be told by its form, wherever it stands in a text. Passwords in URLs are maskUrl's. */
export const embeddedSecrets = new RegExp(`(?<![A-Za-z0-9])(?:${tokenForms.join('|')})|${hashForms.join('|')}`, 'g');

const anySecret = new RegExp(embeddedSecrets.source);
const urlWithPassword = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@"'<>]{0,256}:[^\s"'<>]{1,1000}@[^\s"'<>@]/i;

/**
 * Whether a value is or holds a secret by its form alone: JWTs, Supabase, Stripe, OpenAI, GitHub, GitLab, Slack, AWS, Google and npm keys,
 * PEM private keys, URLs with a password, password hashes (bcrypt, argon2, scram, crypt, PostgreSQL md5), Authorization headers.
 * Publishable keys (`sb_publishable_`) and plain hex are not: a SHA-256 in key_hash is masked by its name.
 */
export function looksSecret(value: string): boolean {
  return value.length >= 8 && (anySecret.test(value) || (value.includes('://') && urlWithPassword.test(value)));
}

/** Letters without one of which no name is secret: of every word above. */
const anySecretLetters =
  /pass|pwd|secret|cred|token|jwt|bearer|authorization|cookie|session|otp|salt|hash|dsn|key|mnemonic|cvv|cvc|code|string|ur[il]|service|link|seed|conn|crypt|hmac|digest/i;

/** Whether it is worth while to look closer: false where nothing in a text is called, or looks, secret. For texts of megabytes. */
export function mayHoldSecret(text: string): boolean {
  return anySecretLetters.test(text) || anySecret.test(text) || text.includes('://');
}
