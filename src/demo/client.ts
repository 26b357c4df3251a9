import { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';

/**
 * A connected client for the demo's own work (building, traffic). Plain: the demo's server is private to this process and never remote.
 * A connection that is lost while idle is reported by the next query, not by a crash.
 */
export async function connectClient(settings: ConnectionSettings, applicationName: string): Promise<Client> {
  const client = new Client({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: settings.password,
    application_name: applicationName,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
