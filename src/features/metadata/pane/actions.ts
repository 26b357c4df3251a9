import type { DocumentColumn } from '../documents.ts';

/** What the pane's keys ask of the console around it. */
export interface MetadataActions {
  readonly openTable: (column: DocumentColumn) => void;
  readonly openRecord: (column: DocumentColumn, id: string) => void;
  readonly openDrafts: () => void;
  /** Asks about unsaved changes first. */
  readonly leaveDocument: () => void;
  /** Changes what the list shows in bulk, or shows the bulk change at hand; with an id, finds an earlier one. */
  readonly bulk: (bulkId: string) => void;
  readonly search: (text: string) => void;
  readonly copy: () => void;
  readonly editOutside: (what: 'document' | 'cursor') => void;
  readonly save: () => void;
  readonly history: () => void;
  /** Shows the record in Audit. */
  readonly audit: (column: DocumentColumn, id: string) => void;
  readonly refresh: () => void;
  /** Why nothing can be written now; undefined when it can. */
  readonly readOnlyReason: () => string | undefined;
}
