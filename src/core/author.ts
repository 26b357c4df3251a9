/** Who writes, from where, with which console: put on record with every write. */
export interface Author {
  readonly operator: string;
  readonly host: string;
  /** Address of the SSH client, where the session came over SSH. */
  readonly sshClient: string | undefined;
  /** The console's version. */
  readonly version: string;
}
