import type { Node } from '@pgsql/types';
import type { MigrationHeader } from './header.ts';
import type { Block } from './plpgsql.ts';
import type { PsqlOnly } from './psql.ts';

/** A statement of a migration. */
export interface ParsedStatement {
  /** From 1. */
  readonly ordinal: number;
  /** As it stands in the file, without its semicolon and the comments before it. */
  readonly text: string;
  /** Where its text begins in the file's SQL, in bytes. */
  readonly startByte: number;
  /** Line in the file on which it begins, from 1. */
  readonly line: number;
  /** In lower-case words: `create table`. */
  readonly kind: string;
  readonly node: Node;
  /** BEGIN, COMMIT, ROLLBACK and their kin. */
  readonly controlsTransaction: boolean;
  /** Why it cannot run inside a transaction, where that is so. */
  readonly whyNotTransactional: string | undefined;
  /** What a DO block holds. */
  readonly block: Block | undefined;
}

/** Where a file does not parse; `line` and `column` count from 1, `column` in characters. */
export interface ParseFailure {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** How a file is to be run: in one transaction of ours, in those it opens itself, or statement by statement. */
export type TransactionMode = 'transactional' | 'own-transaction' | 'non-transactional';

export interface ParsedMigration {
  readonly statements: readonly ParsedStatement[];
  readonly mode: TransactionMode;
  readonly header: MigrationHeader;
  /** What only psql can run, where that is why it does not parse. `error` is then set too. */
  readonly psqlOnly: PsqlOnly | undefined;
  readonly error: ParseFailure | undefined;
}
