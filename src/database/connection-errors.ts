import { isIP } from 'node:net';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';
import { explainNetwork } from './connection-errors/network.ts';
import { explainServer } from './connection-errors/server.ts';
import type { Explanation, Symptom } from './connection-errors/symptom.ts';
import { explainTls } from './connection-errors/tls.ts';

/**
 * Turns whatever pg, Node or a pooler threw while connecting into an AdminError of kind `connection`: one line of what happened, one of
 * what to do, the original wording in `detail`. The password appears in none of them. An AdminError comes back as it is.
 */
export function connectionError(thrown: unknown, settings: ConnectionSettings): AdminError {
  if (thrown instanceof AdminError) return thrown;
  const cause = innermost(thrown);
  const message = withoutPassword(cause.message, settings);
  const symptom: Symptom = {
    code: cause.code,
    message: message.split('\n')[0] ?? '',
    where: placeOf(settings),
    supabase: /\.supabase\.(co|com|net)$/i.test(settings.host),
    settings,
  };
  const explanation = explainServer(symptom) ?? explainTls(symptom) ?? explainNetwork(symptom) ?? unknown(symptom);
  return new AdminError({
    kind: 'connection',
    code: explanation.code,
    whatHappened: explanation.whatHappened,
    whatToDo: explanation.whatToDo,
    detail: message === '' ? undefined : message,
    sqlState: /^[0-9A-Z]{5}$/.test(cause.code) && /\d/.test(cause.code) ? cause.code : undefined,
    cause: thrown,
  });
}

/**
 * Node tries every address of a name and throws an AggregateError whose own message is empty; pg-pool wraps an error in "connection
 * timeout". The most telling of the inner ones: a refusal says more than a timeout or a missing IPv6 route.
 */
function innermost(thrown: unknown): { code: string; message: string } {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    const inner = thrown.errors.map((error: unknown) => innermost(error));
    return inner.find(({ code }) => code === 'ECONNREFUSED') ?? inner.find(({ code }) => code === 'ETIMEDOUT') ?? inner[0]!;
  }
  if (!(thrown instanceof Error)) return { code: '', message: String(thrown) };
  return { code: 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '', message: thrown.message };
}

function placeOf({ host, address, port }: ConnectionSettings): string {
  if (host.startsWith('/')) return `${host}/.s.PGSQL.${port}`;
  const name = isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  return address === undefined || address === host ? name : `${name} (${address})`;
}

/** Servers and libraries may quote what they were given. */
function withoutPassword(text: string, settings: ConnectionSettings): string {
  const password = settings.password?.();
  if (password === undefined || password === '') return text;
  return [password, encodeURIComponent(password.toWellFormed())].reduce(
    (hidden, secret) => hidden.replaceAll(secret, '•••'),
    text,
  );
}

function unknown({ message, where }: Symptom): Explanation {
  return {
    code: 'connection-failed',
    whatHappened: `The connection to ${where} failed: ${message || 'no reason was given'}.`,
    whatToDo: 'Check the connection settings and that the server is up, then try again.',
  };
}
