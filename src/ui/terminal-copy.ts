/** The environment variables that tell which multiplexer stands between us and the operator's terminal. */
export interface MultiplexerEnvironment {
  readonly TMUX?: string | undefined;
  readonly TERM?: string | undefined;
  readonly STY?: string | undefined;
}

/** Bytes to write to the terminal, or how long the text is and may be, in bytes of UTF-8. Cut text is never copied: it would pass for whole. */
export type CopySequence = { readonly sequence: string } | { readonly tooLong: number; readonly limit: number };

/**
 * Bytes of UTF-8 that may be copied. hterm (and mosh after it) drops an OSC 52 sequence of more than 100,000 bytes: 7 of introducer,
 * 99,992 of base64 for 74,994 bytes, 1 of terminator (libapps, hterm/etc/osc52.sh: OSC_52_MAX_SEQUENCE). The others take more: tmux
 * 1 MiB (input.c: INPUT_BUF_LIMIT), xterm 600,000 (maxStringParse, but 20,000 when built without sixel), kitty 8 MB.
 */
const copyLimitBytes = 74_994;

/** screen keeps 768 bytes of a string (MAXSTR since 4.2.1) and prints the rest as text. Two bytes open a chunk and two close it. */
const screenChunkBytes = 768 - 4;

const escapeCharacter = '\u001b';
const stringTerminator = `${escapeCharacter}\\`;
const introducer = `${escapeCharacter}]52;c;`;
const bell = '\u0007';
const oneChunkBytes = Math.floor((screenChunkBytes - introducer.length - bell.length) / 4) * 3;

/** The plain sequence serves `set-clipboard on`, the wrapped one `allow-passthrough on`; the one that is off is ignored without a trace. */
function forTmux(plain: string): string {
  const wrapped = `${escapeCharacter}Ptmux;${plain.replaceAll(escapeCharacter, escapeCharacter + escapeCharacter)}${stringTerminator}`;
  return plain + wrapped;
}

function forScreen(plain: string): string {
  const chunks = plain.match(new RegExp(`[^]{1,${screenChunkBytes}}`, 'g')) ?? [];
  return chunks.map((chunk) => `${escapeCharacter}P${chunk}${stringTerminator}`).join('');
}

/**
 * What to write to the terminal so that its clipboard holds `text` (OSC 52, selection `c`), passed through the innermost multiplexer.
 *
 * SSH does not carry TMUX and STY along, so TERM speaks for a multiplexer on the operator's own machine: `tmux…` is tmux; `screen…` may be
 * either, and then only what fits one screen chunk is copied, which both understand: more would be printed by the one or cut by the other.
 * Inside both tmux and screen TERM tells which is the inner one; when unclear screen is assumed, since it prints a tmux wrapping.
 * Ended by BEL, since screen ends its own string at ST. Nothing reports whether the terminal obeyed. `text` may hold anything: it travels
 * as base64. Write the sequence as it is, beside Ink's frame, not through `<Text>`.
 */
export function copySequence(text: string, environment: MultiplexerEnvironment): CopySequence {
  const term = environment.TERM ?? '';
  const inScreen = term.startsWith('screen') || Boolean(environment.STY);
  const inTmux = term.startsWith('tmux') || Boolean(environment.TMUX && !environment.STY);
  const isEither = !inTmux && !environment.STY && inScreen;
  const limit = isEither ? oneChunkBytes : copyLimitBytes;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > limit) return { tooLong: bytes.length, limit };
  const plain = `${introducer}${bytes.toString('base64')}${bell}`;
  if (inTmux) return { sequence: forTmux(plain) };
  return { sequence: inScreen ? forScreen(plain) : plain };
}
