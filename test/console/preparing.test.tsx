import { describe, expect, test } from 'vitest';
import type { Dialog } from '#console/session.ts';
import { createDatabase } from '../support/cluster.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../support/console-frame.tsx';
import { startProxy } from '../support/proxy.ts';

/** A console that is asked for a dialog which takes as long to be made ready as the test wants. */
async function openConsole(): Promise<{ readonly frame: ConsoleFrame; readonly prepare: (id: string) => () => Promise<void> }> {
  const frame = openFrame(await openTestDatabase((await createDatabase('demo')).settings));
  await expect(frame).toShow(/^ > Acme Corporation/);
  const { session } = frame;
  const dialog = (id: string): Dialog => ({
    id,
    layer: {
      title: id,
      bindings: () => [{ id: 'close', keys: ['esc'], label: 'close', help: 'Close.', run: () => session.closeDialog(id) }],
    },
    Content: () => null,
  });
  return {
    frame,
    prepare: (id) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const work = promise.then(() => undefined);
      session.prepare(async (opening) => {
        await work;
        opening.openDialog(dialog(id));
      });
      return async () => {
        resolve();
        // The work goes on behind what waited for it first.
        await work;
        await work;
      };
    },
  };
}

const opened = ({ session }: ConsoleFrame): readonly string[] => session.dialogs.get().map(({ id }) => id);
const press = ({ session: { router } }: ConsoleFrame, name: string): void =>
  router.dispatch({ name, text: undefined, burst: false });

describe('a dialog that takes a while to be made ready', () => {
  test('opens when it is ready, whatever was moved meanwhile', async () => {
    const { frame, prepare } = await openConsole();
    const ready = prepare('slow');
    press(frame, 'down');
    await ready();
    expect(opened(frame)).toEqual(['slow']);
    press(frame, 'esc');
    expect(opened(frame)).toEqual([]);
  });

  test.for(['esc', 'ctrl+c'])('is left off by %s, which does nothing else then', async (key) => {
    const { frame, prepare } = await openConsole();
    frame.type('/acme\r');
    await expect(frame).toShow(/ 1 of 3 /);
    const ready = prepare('slow');
    await expect(frame).toShow((lines) => /esc leave off/.test(lines.at(-1)!));
    press(frame, key);
    await ready();
    expect(opened(frame)).toEqual([]);
    expect(frame.quits).toEqual([]);
    await expect(frame).toShow((lines) => !/leave off/.test(lines.at(-1)!));
    await expect(frame).toShow(/ 1 of 3 /);
  });

  test('is left off by another one, by another dialog and by another pane', async () => {
    const { frame, prepare } = await openConsole();
    const first = prepare('first');
    const second = prepare('second');
    await first();
    expect(opened(frame)).toEqual([]);
    await second();
    expect(opened(frame)).toEqual(['second']);
    press(frame, 'esc');
    const third = prepare('third');
    press(frame, '?');
    await third();
    expect(opened(frame)).toEqual(['help']);
    press(frame, 'esc');
    const fourth = prepare('fourth');
    press(frame, '2');
    await fourth();
    expect(opened(frame)).toEqual([]);
  });

  test('is left off by a field that is opened, since what is typed there would go to the dialog', async () => {
    const { frame, prepare } = await openConsole();
    const ready = prepare('slow');
    press(frame, '/');
    await ready();
    expect(opened(frame)).toEqual([]);
    frame.type('acme');
    await expect(frame).toShow(/ 1 of 3 /);
    await expect(frame).toShow((lines) => !/leave off/.test(lines.at(-1)!));
  });

  test('a filter menu that waits for a server which does not answer', async () => {
    const home = await createDatabase('demo');
    const proxy = await startProxy({ host: home.settings.host, port: home.settings.port });
    const frame = openFrame(await openTestDatabase({ ...home.settings, port: proxy.port }));
    await expect(frame).toShow(/^ > Acme Corporation/);
    proxy.freeze();
    frame.press('f');
    await expect(frame).toShow((lines) => /esc leave off/.test(lines.at(-1)!));
    frame.press('esc');
    await expect(frame).toShow((lines) => !/leave off/.test(lines.at(-1)!));
    await proxy.resume();
    frame.press('f');
    await expect(frame).toShow('status active');
  });
});

test('a record that esc leaves while it is read does not open afterwards', async () => {
  const home = await createDatabase('demo');
  const proxy = await startProxy({ host: home.settings.host, port: home.settings.port });
  const frame = openFrame(await openTestDatabase({ ...home.settings, port: proxy.port }), { pane: 'metadata' });
  await expect(frame).toShow(/^ > \S/);
  frame.press('enter');
  await expect(frame).toShow(/LABEL +ID +DOCUMENT/);
  await expect(frame).toShow(/^ > \S/);
  const marked = frame.lines().find((line) => line.startsWith(' >'))!;
  proxy.freeze();
  frame.press('enter');
  await expect(frame).toShow(/^ {3}reading .* \.\.\.$/);
  frame.press('esc');
  await expect(frame).toShow(/LABEL +ID +DOCUMENT/);
  await proxy.resume();
  frame.press('j');
  await expect(frame).toShow((lines) => lines.some((line) => line.startsWith(' >') && line !== marked));
  // Whatever was asked for is answered by now: this is asked after it, and the tables come behind it.
  frame.press('r', 'esc');
  await expect(frame).toShow(/^ {3}TABLE +COLUMN/);
});

test('what is chosen in find is not gone to when the box is closed while its tenant is read', async () => {
  const home = await createDatabase('demo');
  const proxy = await startProxy({ host: home.settings.host, port: home.settings.port });
  const frame = openFrame(await openTestDatabase({ ...home.settings, port: proxy.port }), { pane: 'metadata' });
  await expect(frame).toShow(/^ > \S/);
  press(frame, 'ctrl+f');
  frame.type('acme-corp');
  await expect(frame).toShow(/[1-9]\d* found/);
  frame.press('down');
  proxy.freeze();
  frame.press('enter');
  frame.press('esc');
  await expect(frame).toShow((lines) => !lines.some((line) => / found/.test(line)));
  await proxy.resume();
  frame.press('enter');
  await expect(frame).toShow(/LABEL +ID +DOCUMENT/);
  await expect(frame).toShow(/^ > \S/);
  expect(frame.session.pane.get()).toBe('metadata');
  expect(frame.session.handOver.get()).toBeUndefined();
});
