import type { TextEdit } from '#ui/text-field.ts';

export type PaneId = 'tenants' | 'migrations' | 'indexes' | 'audit' | 'metadata' | 'health';

/**
 * A key binding as data: one table of them gives dispatch, footer, help, palette and the key reference. Keys are named as in key-events:
 * `j`, `G`, `enter`, `ctrl+f`, `shift+tab`.
 */
export interface Binding {
  /** `tenants.pin`: the part before the point is the place it belongs to. */
  readonly id: string;
  readonly keys: readonly string[];
  /** Two words for the footer. */
  readonly label: string;
  /** A sentence for help and palette. */
  readonly help: string;
  /** What the palette calls it after `:`; without one the palette does not list it. */
  readonly command?: string;
  /** What the palette's command takes after its name: `tenant acme`. */
  readonly argument?: string;
  readonly run: (argument: string) => void;
  /** Why it can not be used now; it is then listed with the reason, and pressing it shows the reason. */
  readonly disabledReason?: string | undefined;
  readonly inFooter?: boolean;
  /** Decides something that can not be taken back: never fired by a paste, a held key or several keys that arrive at once. */
  readonly confirm?: boolean;
}

/** Where typed text goes while a field is open. */
export interface TextTarget {
  readonly insert: (text: string) => void;
  readonly edit: (edit: TextEdit) => void;
}

/** A set of bindings that is in force. Both functions are asked at every key, so they must read stores, never a render's variables. */
export interface KeyLayer {
  readonly title: string;
  readonly bindings: () => readonly Binding[];
  readonly textTarget?: () => TextTarget | undefined;
  /** A modal takes all keys. */
  readonly modal?: boolean;
}

/** The part of the screen that belongs to a pane or dialog, in cells. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
}
