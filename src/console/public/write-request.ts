import type { TypedWord } from '#core/typed-word.ts';
import type { Line } from '#ui/line.ts';
import { type TextField, textOf } from '#ui/text-field.ts';

/** A write that is shown before it is made. */
export interface WriteRequest {
  readonly title: string;
  /** What Enter does, in two words for the footer, which leaves it out where all of this is only to be read. */
  readonly label: string;
  readonly isOnlyShown?: boolean;
  /** Whose record it is, and what else must be known first. */
  readonly about: readonly Line[];
  readonly sections: readonly { readonly title: string; readonly lines: (columns: number) => readonly Line[] }[];
  /** What the field for it begins with; undefined where no reason is asked. */
  readonly reason: string | undefined;
  /** The reason was given to the very write that comes again: the cursor is not in it, so that nothing typed meanwhile gets on record. */
  readonly isReasonGiven?: boolean;
  /** Must be typed, and not pasted: on production, and where something speaks against it. */
  readonly typed: TypedWord | undefined;
  /** Why it can not be made now, asked at every key; undefined when it can. */
  readonly refusal: () => string | undefined;
  /** Makes the write, with an empty reason where none is asked; what it throws is shown and the dialog stays. */
  readonly run: (reason: string) => Promise<void>;
  /** What is said below a failure: that nothing is lost. */
  readonly afterFailure?: string;
  /** Keeps a reason that was typed when the dialog is left. */
  readonly onLeave?: (reason: string) => void;
}

/** Where its dialog stands. */
export interface WriteState {
  readonly section: number;
  readonly scroll: number;
  readonly reason: TextField;
  readonly typed: TextField;
  readonly focus: 'given' | 'reason' | 'typed';
  readonly isRunning: boolean;
  readonly failure: unknown;
}

/** Why the reason does not do yet. */
export function missingReason({ reason }: WriteState, request: WriteRequest): string | undefined {
  return request.reason !== undefined && textOf(reason).trim() === '' ? 'type a reason first: it is put on record' : undefined;
}

/** Where typing begins. */
export function firstFocus({ reason, typed, isReasonGiven }: WriteRequest): WriteState['focus'] {
  if (isReasonGiven === true && reason?.trim()) return 'given';
  return reason === undefined && typed !== undefined ? 'typed' : 'reason';
}

/** Why the write can not be made yet. */
export function missing(state: WriteState, request: WriteRequest): string | undefined {
  const { typed } = request;
  const word = textOf(state.typed).trim();
  if (typed !== undefined && word !== typed.word) return word === '' ? `type ${typed.what} first` : `that is not ${typed.what}`;
  return missingReason(state, request);
}
