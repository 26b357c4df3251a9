import { type DisplayText, trusted } from '#core/display-text.ts';
import { type Line, span } from './line.ts';
import type { Tone } from './theme.ts';

/** The text with every place of `needle` (lower case) in a tone of its own; upper and lower case are the same. */
export function highlighted(text: DisplayText, needle: string, tone: Tone): Line {
  if (needle === '') return [span(text, tone)];
  const haystack = text.toLowerCase();
  // Where lower case has another length, places would be off: then nothing is marked.
  if (haystack.length !== text.length) return [span(text, tone)];
  const pieces: { readonly text: DisplayText; readonly tone: Tone }[] = [];
  let done = 0;
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, done)) {
    if (at > done) pieces.push(span(trusted(text.slice(done, at)), tone));
    done = at + needle.length;
    pieces.push(span(trusted(text.slice(at, done)), 'badge'));
  }
  return done < text.length ? [...pieces, span(trusted(text.slice(done)), tone)] : pieces;
}
