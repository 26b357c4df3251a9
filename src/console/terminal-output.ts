const enterAlternateScreen = '\u001b[?1049h';
const cursorHome = '\u001b[H';
const eraseToLineEnd = '\u001b[K';
const emptyDim = '\u001b[2m\u001b[22m';
const nextLines = /(?:\u001b\[E){2,}/g;
const bytesOfNextLine = 3;

/** To the alternate screen, without a cursor, at its first cell. */
export const enterScreen = `${enterAlternateScreen}\u001b[?25l${cursorHome}`;
/** Back from it, with the cursor. */
export const leaveScreen = '\u001b[?25h\u001b[?1049l';

/**
 * The terminal for Ink, with fewer bytes: over SSH a cursor move is one packet then. Runs of "next line" become one, and a tone that
 * colours nothing is left out. Where a first frame is on the alternate screen already, Ink's own switch to it would blank it: then its
 * first frame is drawn over ours, each line erased behind its end.
 */
export function leanTerminal(terminal: NodeJS.WriteStream, hasFirstFrame: boolean): NodeJS.WriteStream {
  let isEntering = hasFirstFrame;
  let isFirst = hasFirstFrame;
  const lean = (text: string): string => {
    let shown = text;
    if (isEntering && shown.includes(enterAlternateScreen)) {
      shown = shown.replace(enterAlternateScreen, cursorHome);
      isEntering = false;
    }
    // Terminals keep the cursor's place: whoever had the screen meanwhile may have left it in the middle of a line.
    shown = shown.replace(enterAlternateScreen, `${enterAlternateScreen}${cursorHome}`);
    if (isFirst && shown.includes('\n')) {
      shown = shown.replaceAll('\n', `${eraseToLineEnd}\n`);
      isFirst = false;
    }
    return shown.replaceAll(emptyDim, '').replaceAll(nextLines, (run) => `\u001b[${run.length / bytesOfNextLine}E`);
  };
  const write = (chunk: string | Uint8Array, ...rest: never[]): boolean =>
    terminal.write(typeof chunk === 'string' ? lean(chunk) : chunk, ...rest);
  return new Proxy(terminal, {
    get: (target, name) => {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
