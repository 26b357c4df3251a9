import type { Finding } from '../finding.ts';
import type { Index } from '../model.ts';
import type { Row } from './rows.ts';

/** What the pane's keys ask of the console around it. */
export interface IndexesActions {
  readonly sort: () => void;
  readonly filter: () => void;
  readonly copy: (row: Row) => void;
  /** Measures the bloat of an index, which reads all of it. */
  readonly measure: (index: Index) => void;
  /** The findings that would be written: those marked, or that of this row. */
  readonly findingsToWrite: () => readonly Finding[];
  readonly askWrite: () => void;
  readonly writeMigrations: (directory: string) => void;
  readonly refresh: () => void;
  readonly say: (text: string) => void;
}
