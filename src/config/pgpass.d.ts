/** The part of pgpass 1.0.6 that works on a stream; its main export reads process.env and writes to stderr. */
declare module 'pgpass/lib/helper.js' {
  import type { Readable } from 'node:stream';

  interface Wanted {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
  }
  const helper: { getPassword(wanted: Wanted, lines: Readable, done: (password: string | undefined) => void): void };
  export default helper;
}
