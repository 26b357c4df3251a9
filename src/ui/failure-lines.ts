import { displayText, trusted } from '#core/display-text.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import { type Line, span } from './line.ts';
import { wrapWords } from './wrap-words.ts';

/** What went wrong, in the server's words where it has some, and what to do. What is no AdminError is a bug of ours and is called one. */
export function failureLines(failure: unknown, columns: number): readonly Line[] {
  const said = failure instanceof AdminError ? [failure.whatToDo, ...(failure.detail?.split('\n') ?? [])] : [];
  const message = failure instanceof AdminError ? failure.message : `This is a bug in the console: ${messageOf(failure)}`;
  return [
    ...wrapWords(displayText(message), columns).map((text): Line => [span(trusted(text), 'danger')]),
    ...said.flatMap((line) => wrapWords(displayText(line), columns)).map((text): Line => [span(trusted(text))]),
  ];
}
