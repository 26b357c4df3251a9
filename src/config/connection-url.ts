import { connectTimeoutSeconds, port as portSchema, sslMode as sslModeSchema, type SslMode } from './environment.ts';
import { maskedUrl, shown, type Findings } from './problems.ts';

/** What a connection string or the PG* variables say; absent means "not said". */
export interface ConnectionParts {
  readonly host?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly sslMode?: SslMode | undefined;
  readonly sslRootCertificate?: string | undefined;
  readonly sslCertificate?: string | undefined;
  readonly sslKey?: string | undefined;
  readonly connectTimeoutSeconds?: number | undefined;
  readonly applicationName?: string | undefined;
}

const expectedUrl = 'postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with the parts in capitals filled in';
const knownParameters = new Set([
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'ssl',
]);
knownParameters.add('connect_timeout').add('application_name');

/**
 * Takes a `postgres://` or `postgresql://` URL apart by libpq's rules. Done by hand: WHATWG's URL accepts a password with an unescaped
 * `#`, `/` or `?` by calling the user name a host, and pg would then dial it.
 * Problems (never showing any part that could be the password) and unknown parameters go to `findings`; undefined when unusable.
 */
export function parseConnectionUrl(url: string, setting: string, findings: Findings): ConnectionParts | undefined {
  const refuse = (code: string, held: string, expected: string): undefined => {
    findings.problems.push({ setting, held, expected, code });
  };
  const pieces = /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#.*)?$/is.exec(url.trim());
  if (!pieces) return refuse('invalid-database-url', `holds ${maskedUrl(url)}, which is no PostgreSQL URL`, expectedUrl);
  const [, authority = '', path = '', query = '', fragment] = pieces;
  const at = authority.lastIndexOf('@');
  const [, host = '', portText = ''] =
    /^(\[[\da-f:.%]*\]|[^:]*(?:\[[^\]]*\][^:]*)?)(?::(.*))?$/is.exec(authority.slice(at + 1)) ?? [];
  const looksTorn =
    fragment !== undefined || authority.indexOf('@') !== at || path.includes('@') || (at < 0 && query.includes('@'));
  if (looksTorn || (at < 0 && /\D/.test(portText))) return refuse('unescaped-database-url', ...unescaped(url));

  const userInfo = at < 0 ? '' : authority.slice(0, at);
  const colon = userInfo.indexOf(':');
  let decoded: { user: string; password: string; host: string; path: string; parameters: Map<string, string> };
  try {
    decoded = {
      user: decodeURIComponent(colon < 0 ? userInfo : userInfo.slice(0, colon)),
      password: colon < 0 ? '' : decodeURIComponent(userInfo.slice(colon + 1)),
      host: decodeURIComponent(host).replace(/^\[([\da-f:.%]*)\]$/i, '$1'),
      path: decodeURIComponent(path),
      parameters: parametersOf(query),
    };
  } catch {
    return refuse('unescaped-database-url', ...unescaped(url));
  }
  const { parameters } = decoded;
  const given = { host: parameters.get('host') || decoded.host, password: parameters.get('password') || decoded.password };
  const placeholder = placeholderIn(given.password, given.host);
  if (placeholder !== undefined)
    return refuse('placeholder', `still holds the placeholder ${placeholder}`, 'the real value in its place');
  if (given.host.includes(','))
    return refuse('several-hosts', 'names several hosts', 'one host: the console must know which server it writes to');

  const check = checker(setting, findings);
  const unknown = [...parameters.keys()].filter((name) => !knownParameters.has(name));
  if (unknown.length > 0)
    findings.warnings.push(`${setting} has parameters the console does not use: ${unknown.map(shown).join(', ')}.`);
  const ssl = parameters.get('ssl') === 'true' ? 'require' : undefined;
  return {
    host: given.host || undefined,
    port: check('port', portSchema, parameters.get('port') || portText),
    database: parameters.get('dbname') || decoded.path || undefined,
    user: parameters.get('user') || decoded.user || undefined,
    password: given.password || undefined,
    sslMode: check('sslmode', sslModeSchema, parameters.get('sslmode')) ?? ssl,
    sslRootCertificate: parameters.get('sslrootcert') || undefined,
    sslCertificate: parameters.get('sslcert') || undefined,
    sslKey: parameters.get('sslkey') || undefined,
    connectTimeoutSeconds: check('connect_timeout', connectTimeoutSeconds, parameters.get('connect_timeout')),
    applicationName: parameters.get('application_name') || undefined,
  };
}

/** The placeholder of the manual (2.3, 2.4) or the Supabase dashboard that was left in a password or host, or undefined. */
export function placeholderIn(password: string | undefined, host: string | undefined): string | undefined {
  if (
    password !== undefined &&
    /^(\[?(YOUR[-_ ])?(DB[-_ ])?PASSWORD\]?|<[^<>]*password[^<>]*>)$/i.test(password) &&
    !/^password$/.test(password)
  ) {
    return password;
  }
  return host
    ?.split('.')
    .find((label) => /^[[<]?(YOUR[-_])?PROJECT([-_](ID|REF))?[\]>]?$/.test(label) || /^[[<].*[\]>]$/.test(label));
}

function unescaped(url: string): [held: string, expected: string] {
  return [
    `holds ${maskedUrl(url)}, which cannot be taken apart, probably because of a special character in the password`,
    'a percent-encoded password (# is %23, / is %2F, ? is %3F, @ is %40, % is %25) or give it in PGPASSWORD instead',
  ];
}

/** Percent-decodes names and values; unlike a form, libpq leaves `+` alone. Throws URIError on a broken escape. */
function parametersOf(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&').filter((piece) => piece !== '')) {
    const equals = pair.indexOf('=');
    const name = decodeURIComponent(equals < 0 ? pair : pair.slice(0, equals));
    parameters.set(name, equals < 0 ? '' : decodeURIComponent(pair.slice(equals + 1)));
  }
  return parameters;
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: readonly { message: string }[] } };
}

function checker(setting: string, findings: Findings) {
  return <T>(name: string, schema: Schema<T>, text: string | undefined): T | undefined => {
    if (text === undefined || text === '') return undefined;
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    const expected = result.error.issues[0]?.message ?? 'another value';
    findings.problems.push({ setting: `${name} in ${setting}`, held: `holds ${shown(text)}`, expected });
    return undefined;
  };
}
