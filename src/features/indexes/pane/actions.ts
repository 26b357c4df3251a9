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
  /** Asks for the folder, and where there are several findings first whether they go into one file. */
  readonly askWrite: () => void;
  /** `together`: in one file, step by step; otherwise a file each. */
  readonly writeMigrations: (directory: string, how: 'each' | 'together') => void;
  /** Why nothing can be done to indexes and tables now; undefined when it can. */
  readonly whyNotNow: () => string | undefined;
  readonly isBusy: () => boolean;
  /** Asks what to rebuild: the row's index, those that were marked, or all of its table. */
  readonly reindex: (row: Row) => void;
  readonly vacuum: (row: Row) => void;
  readonly analyze: (row: Row) => void;
  /** Drops what interrupted REINDEXes left behind. */
  readonly clean: () => void;
  readonly showRun: () => void;
  readonly refresh: () => void;
  readonly say: (text: string) => void;
}
