import xterm from '@xterm/headless';

/** What a terminal did with some text: where its cursor went and every side effect it had. */
export interface ScreenOutcome {
  readonly column: number;
  readonly row: number;
  readonly sideEffects: readonly string[];
}

/** Writes text to a fresh terminal of 200 columns and reports; modes, titles, bells, clipboard, links and replies count as side effects. */
export async function writeToTerminal(text: string, columns = 200): Promise<ScreenOutcome> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 5, allowProposedApi: true });
  const sideEffects: string[] = [];
  const note = (effect: string) => (): boolean => {
    sideEffects.push(effect);
    return false;
  };
  terminal.onBell(note('bell'));
  terminal.onTitleChange(note('title'));
  terminal.onLineFeed(note('line feed'));
  terminal.onScroll(note('scroll'));
  terminal.onData(note('reply'));
  for (const code of [0, 1, 2, 4, 7, 8, 9, 10, 52, 133, 777, 1337]) terminal.parser.registerOscHandler(code, note(`OSC ${code}`));
  for (let final = 0x40; final < 0x7f; final += 1) {
    const character = String.fromCharCode(final);
    terminal.parser.registerCsiHandler({ final: character }, note(`CSI ${character}`));
    terminal.parser.registerCsiHandler({ prefix: '?', final: character }, note(`CSI ? ${character}`));
    terminal.parser.registerDcsHandler({ final: character }, note(`DCS ${character}`));
    if (final >= 0x40) terminal.parser.registerEscHandler({ final: character }, note(`ESC ${character}`));
  }
  const modes = JSON.stringify(terminal.modes);
  await new Promise<void>((resolve) => {
    terminal.write(text, resolve);
  });
  if (JSON.stringify(terminal.modes) !== modes) sideEffects.push('modes');
  const { cursorX, cursorY, type } = terminal.buffer.active;
  if (type !== 'normal') sideEffects.push('alternate screen');
  terminal.dispose();
  return { column: cursorX, row: cursorY, sideEffects };
}
