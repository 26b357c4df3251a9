import type { MigrationStatus } from '../status.ts';

/** What the pane's keys ask of the console around it. */
export interface MigrationsActions {
  /** Why nothing can be written now; undefined when it can. */
  readonly readOnlyReason: () => string | undefined;
  /** Why nothing can be run now beside being read-only: something runs already, there is no folder. */
  readonly busyReason: () => string | undefined;
  readonly apply: () => void;
  readonly dryRun: () => void;
  readonly rollBack: (migration: MigrationStatus) => void;
  readonly resolve: (migration: MigrationStatus) => void;
  readonly history: () => void;
  readonly importLog: (file: string) => void;
  readonly writeNew: (name: string) => void;
  readonly openDirectory: (path: string) => void;
  readonly showRun: () => void;
  readonly filter: () => void;
  readonly copy: (migration: MigrationStatus) => void;
  readonly refresh: () => void;
  readonly say: (text: string) => void;
}
