import type { Client, Connection, FieldDef, Submittable } from 'pg';

/** What pg's Connection can do and its types do not say. */
interface Wire {
  parse(statement: { text: string; name: string }): void;
  describe(what: { type: 'S'; name: string }): void;
  sync(): void;
}

/**
 * The columns of a statement as PostgreSQL itself describes them, without running it: so that writes are checked as well as reads, and
 * on every version (pg_prepared_statements tells result types from 16 on, and names never).
 */
export async function describeColumns(client: Client, text: string): Promise<readonly FieldDef[]> {
  return new Promise((resolve, reject) => {
    let fields: readonly FieldDef[] = [];
    const description = {
      submit(connection: Connection): void {
        const wire = connection as unknown as Wire;
        wire.parse({ text, name: '' });
        wire.describe({ type: 'S', name: '' });
        wire.sync();
      },
      handleRowDescription(message: { fields: readonly FieldDef[] }): void {
        fields = message.fields;
      },
      // pg tells a failed query nothing more after this.
      handleError: reject,
      handleReadyForQuery(): void {
        resolve(fields);
      },
    } satisfies Submittable & Record<string, unknown>;
    client.query(description);
  });
}
