import type { ConnectionSettings } from '#core/connection-settings.ts';
import { z } from 'zod';
import type { Settings } from './environment.ts';
import { shown } from './problems.ts';

/** The claims of a Supabase API key that say what it is for; other keys of the payload are of no interest. */
const claimsSchema = z.object({ role: z.string().optional(), ref: z.string().optional() });

const keyRoles = [
  ['SUPABASE_SERVICE_ROLE_KEY', 'service_role'],
  ['SUPABASE_ANON_KEY', 'anon'],
  ['VITE_SUPABASE_ANON_KEY', 'anon'],
] as const;

/**
 * The project a connection leads to: `db.<ref>.supabase.co` names it in the host, the shared pooler
 * (`….pooler.supabase.com`) in the user, `postgres.<ref>`. Undefined for other servers.
 */
function projectRefOf(connection: Pick<ConnectionSettings, 'host' | 'user'>): string | undefined {
  const direct = /^db\.([a-z0-9-]+)\.supabase\.(?:co|com|net)$/i.exec(connection.host)?.[1];
  if (direct !== undefined) return direct.toLowerCase();
  return connection.host.endsWith('.pooler.supabase.com')
    ? /\.([a-z0-9-]+)$/i.exec(connection.user)?.[1]?.toLowerCase()
    : undefined;
}

/**
 * Warnings where the Supabase variables contradict the database or each other: most often a .env with one project's key beside another's
 * URL, or the service-role key where the browser will see it. The console itself uses none of the keys.
 */
export function supabaseWarnings(settings: Settings, connection: ConnectionSettings | undefined): string[] {
  const warnings: string[] = [];
  const refs: { setting: string; ref: string }[] = [];
  const note = (setting: string, ref: string | undefined) => {
    if (ref !== undefined) refs.push({ setting, ref });
  };
  if (connection) note(`the database (${connection.source})`, projectRefOf(connection));
  note('SUPABASE_URL', refOfUrl(settings.SUPABASE_URL));
  note('VITE_SUPABASE_URL', refOfUrl(settings.VITE_SUPABASE_URL));

  for (const [name, expected] of keyRoles) {
    const key = settings[name];
    if (key === undefined) continue;
    const { role, ref } = claimsOf(key);
    note(name, ref);
    if (role !== undefined && role !== expected) warnings.push(roleWarning(name, role, expected));
  }
  const [first, ...others] = refs;
  for (const { setting, ref } of others) {
    if (first && ref !== first.ref)
      warnings.push(`${setting} is of project ${shown(ref)}, but ${first.setting} is of ${shown(first.ref)}.`);
  }
  return warnings;
}

function roleWarning(name: string, role: string, expected: string): string {
  const exposed =
    name.startsWith('VITE_') && role === 'service_role' ? ' Browsers can read it: replace it and revoke the key.' : '';
  return `${name} holds a key of the role ${shown(role)}, not ${expected}.${exposed}`;
}

function refOfUrl(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /^([a-z0-9-]+)\.supabase\.(?:co|com|net)$/i.exec(URL.parse(url)?.hostname ?? '')?.[1];
}

/** Role and project of a key; a JWT that does not decode, or one of another issuer, claims nothing. */
function claimsOf(key: string): { role?: string | undefined; ref?: string | undefined } {
  if (key.startsWith('sb_secret_')) return { role: 'service_role' };
  if (key.startsWith('sb_publishable_')) return { role: 'anon' };
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}
