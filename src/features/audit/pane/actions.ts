import type { AuditEntry } from '../entries.ts';
import type { ExportFormat } from '../export.ts';
import type { AuditMigrationKind } from '../migrations.ts';

/** What the pane's keys ask of the console around it. */
export interface AuditActions {
  /** Reads on where the view comes near an end of what is loaded. */
  readonly moved: () => void;
  readonly toNewest: () => void;
  readonly filter: () => void;
  /** Only entries, or all but those, that share something with this one. */
  readonly likeThis: (entry: AuditEntry, isExcluded: boolean) => void;
  /** The conditions changed: read anew. */
  readonly filtered: () => void;
  readonly window: () => void;
  readonly goTo: (momentMs: number) => void;
  readonly showRecord: (entry: AuditEntry) => void;
  readonly showMetadata: (entry: AuditEntry) => void;
  readonly pin: (entry: AuditEntry) => void;
  readonly isPinned: (entry: AuditEntry) => boolean;
  readonly copy: (entry: AuditEntry) => void;
  /** Asks what to export where; while an export runs, stops it. */
  readonly askExport: () => void;
  readonly export: (file: string, format: ExportFormat) => void;
  readonly askMigration: () => void;
  readonly writeMigration: (directory: string, kind: AuditMigrationKind) => void;
  readonly refresh: () => void;
  readonly say: (text: string) => void;
}
