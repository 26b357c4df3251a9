import type { Explanation, Symptom } from './symptom.ts';

type Rule = readonly [matches: (symptom: Symptom) => boolean, explain: (symptom: Symptom) => Explanation];

const state =
  (...codes: string[]) =>
  ({ code }: Symptom) =>
    codes.includes(code);
const says =
  (pattern: RegExp) =>
  ({ message }: Symptom) =>
    pattern.test(message);

/**
 * What servers and poolers answer to a login. Poolers come first: Supavisor says XX000 and PgBouncer 08P01 for everything, so only their
 * words tell (Supavisor's client handler, PgBouncer's disconnect reasons).
 */
const rules: readonly Rule[] = [
  [
    says(/tenant or user not found|tenant\/user .* not found/i),
    ({ settings }) => ({
      code: 'project-unreachable',
      whatHappened: `The pooler ${settings.host} knows no project for the user ${settings.user}.`,
      whatToDo:
        'Check the user (postgres.PROJECT_REF) and the region in the host; if both are right the project is paused: restore it in the Supabase dashboard.',
    }),
  ],
  [
    says(/max clients reached|max client connections reached|max_client_conn|no more connections allowed|too many clients/i),
    tooManyConnections,
  ],
  [state('53300'), tooManyConnections],
  [
    says(/no such user|pgbouncer.*user.*not found/i),
    ({ settings, where }) => ({
      code: 'pooler-unknown-user',
      whatHappened: `The pooler at ${where} knows no user ${settings.user}.`,
      whatToDo: "Check the user name, or add it to the pooler's user list.",
    }),
  ],
  [
    says(/pgbouncer cannot connect to server|server_login_retry|server login (has been )?fail/i),
    ({ where }) => ({
      code: 'pooler-cannot-reach',
      whatHappened: `The pooler at ${where} cannot reach the database server behind it.`,
      whatToDo: "Check that the database server is up, or connect to it directly instead of through the pooler's port.",
    }),
  ],
  [
    (symptom) => symptom.code === '3D000' || /no such database/i.test(symptom.message),
    ({ settings, where }) => ({
      code: 'database-unknown',
      whatHappened: `${where} has no database ${settings.database}.`,
      whatToDo: "Check the database's name; on Supabase it is postgres.",
    }),
  ],
  [says(/client password must be a/i), passwordMissing],
  [
    (symptom) =>
      symptom.code === '28P01' ||
      /password authentication failed|SASL authentication failed|wrong password/i.test(symptom.message),
    ({ settings, where, supabase }) => ({
      code: 'wrong-password',
      whatHappened: `${where} does not accept the password of ${settings.user}.`,
      whatToDo: `Check user and password in ${settings.source}, PGPASSWORD or ~/.pgpass; ${supabase ? 'the Supabase dashboard, Database settings, can reset it' : 'in a URL, special characters are percent-encoded'}.`,
    }),
  ],
  [(symptom) => symptom.code === '28000' || /SSL connection is required/i.test(symptom.message), loginRefused],
  [
    state('57P03'),
    ({ where, message }) => ({
      code: 'server-not-ready',
      whatHappened: `${where} takes no connections now: ${message}.`,
      whatToDo: 'Try again in a moment; a server that is starting, stopping or recovering says so until it is done.',
    }),
  ],
  [
    (symptom) => ['57P01', '57P02', '57P05'].includes(symptom.code),
    ({ where, message }) => ({
      code: 'connection-lost',
      whatHappened: `${where} ended the connection: ${message}.`,
      whatToDo: 'Try again; somebody restarted the server or ended this session.',
    }),
  ],
];

/** Explains what the server or a pooler answered, or undefined when it is not one of their answers. */
export function explainServer(symptom: Symptom): Explanation | undefined {
  return rules.find(([matches]) => matches(symptom))?.[1](symptom);
}

function tooManyConnections({ where }: Symptom): Explanation {
  return {
    code: 'too-many-connections',
    whatHappened: `${where} has no connection left for us.`,
    whatToDo: 'Wait until others disconnect, lower DB_POOL_MAX, or connect through the transaction pooler (Supabase: port 6543).',
  };
}

function passwordMissing({ where, settings }: Symptom): Explanation {
  return {
    code: 'password-missing',
    whatHappened: `${where} asks for a password for ${settings.user}, and none was given.`,
    whatToDo: 'Put it into the connection string, PGPASSWORD or ~/.pgpass (chmod 600).',
  };
}

/** pg_hba.conf names the missing encryption in its refusal; a role that does not exist gets the same SQLSTATE. */
function loginRefused({ where, settings, message }: Symptom): Explanation {
  const needsTls = settings.tls.state === 'off' && /no encryption|SSL off|SSL connection is required/i.test(message);
  const role = /^role ".*" (does not exist|is not permitted to log in)$/.test(message);
  return {
    code: 'login-refused',
    whatHappened: `${where} does not let ${settings.user} in: ${message}.`,
    whatToDo: needsTls
      ? 'The server wants TLS: set sslmode=verify-full (or require, which verifies nothing without a root certificate).'
      : role
        ? 'Check the user name, or give the role LOGIN.'
        : "Add this machine, user and database to the server's pg_hba.conf, or to the network restrictions in Supabase's Database settings.",
  };
}
