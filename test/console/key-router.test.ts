import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeyEvent } from '#console/key-events.ts';
import { type KeyFeedback, KeyRouter } from '#console/key-router.ts';
import type { Binding, KeyLayer, TextTarget } from '#console/public/contract.ts';

const feedback = {
  unavailable: vi.fn<KeyFeedback['unavailable']>(),
  pasteIgnored: vi.fn<KeyFeedback['pasteIgnored']>(),
  failed: vi.fn<KeyFeedback['failed']>(),
};
let router: KeyRouter;
let nowMs: number;

beforeEach(() => {
  vi.resetAllMocks();
  router = new KeyRouter(feedback);
  nowMs = 1_000_000;
});

const event = (name: string, burst = false): KeyEvent => ({
  name,
  text: name === 'space' ? ' ' : name.length === 1 ? name : undefined,
  burst,
});
/** Presses keys a second apart, as somebody who thinks. */
const press = (...names: string[]): void => {
  for (const name of names) router.dispatch(event(name), (nowMs += 1000));
};
const binding = (keys: string[], run: () => void, more: Partial<Binding> = {}): Binding => ({
  id: `test.${keys.join('-')}`,
  keys,
  label: 'label',
  help: 'Help.',
  run,
  ...more,
});
const layer = (bindings: readonly Binding[], more: Partial<KeyLayer> = {}): KeyLayer => ({
  title: 'Layer',
  bindings: () => bindings,
  ...more,
});

describe('layers', () => {
  test('the topmost that has the key gets it, the others do not', () => {
    const below = vi.fn<() => void>();
    const above = vi.fn<() => void>();
    router.push(layer([binding(['j'], below), binding(['k'], below)]));
    const takeOff = router.push(layer([binding(['j'], above)]));
    press('j', 'k');
    expect(above).toHaveBeenCalledTimes(1);
    expect(below).toHaveBeenCalledTimes(1);
    takeOff();
    press('j');
    expect(below).toHaveBeenCalledTimes(2);
  });

  test('a modal one takes all keys, also those it does not know', () => {
    const below = vi.fn<() => void>();
    router.push(layer([binding(['j', 'q', 'ctrl+c'], below)]));
    const takeOff = router.push(layer([], { modal: true }));
    press('j', 'q', 'ctrl+c');
    expect(below).not.toHaveBeenCalled();
    expect(router.reachable()).toHaveLength(1);
    takeOff();
    press('q');
    expect(below).toHaveBeenCalledTimes(1);
  });

  test('taking a layer off twice takes off nothing else', () => {
    const run = vi.fn<() => void>();
    router.push(layer([binding(['j'], run)]));
    const takeOff = router.push(layer([]));
    takeOff();
    takeOff();
    press('j');
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('watchers hear of layers and keys', () => {
    const heard = vi.fn<() => void>();
    router.changes.subscribe(heard);
    const takeOff = router.push(layer([]));
    press('x');
    takeOff();
    expect(heard).toHaveBeenCalledTimes(3);
  });
});

describe('an open field', () => {
  const insert = vi.fn<TextTarget['insert']>();
  const edit = vi.fn<TextTarget['edit']>();
  const field = { textTarget: () => ({ insert, edit }) };

  test('gets letters before any binding, and keys that edit after its own bindings', () => {
    const run = vi.fn<() => void>();
    const below = vi.fn<() => void>();
    router.push(layer([binding(['j', 'ctrl+d', 'ctrl+r'], below)]));
    router.push(layer([binding(['enter', 'q', 'home'], run)], field));
    press('j', 'q', 'space', 'left', 'ctrl+w', 'ctrl+d');
    expect(insert.mock.calls.flat()).toEqual(['j', 'q', ' ']);
    expect(edit.mock.calls.flat()).toEqual(['left', 'delete-word', 'delete']);
    press('enter', 'home', 'ctrl+r');
    expect(run).toHaveBeenCalledTimes(2);
    expect(below).toHaveBeenCalledTimes(1);
  });

  test('gets what is pasted; without one nothing runs', () => {
    const run = vi.fn<() => void>();
    router.push(layer([binding(['a', 'enter'], run)]));
    router.paste('a\r');
    expect(feedback.pasteIgnored).toHaveBeenCalledTimes(1);
    router.push(layer([binding(['enter'], run)], field));
    router.paste('a\r');
    expect(insert).toHaveBeenCalledWith('a\r');
    router.push(layer([], { modal: true }));
    router.paste('b');
    expect(feedback.pasteIgnored).toHaveBeenCalledTimes(2);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('what confirms', () => {
  const run = vi.fn<() => void>();
  const confirming = binding(['enter'], run, { confirm: true });

  beforeEach(() => void router.push(layer([confirming, binding(['x'], () => undefined)])));

  test('runs for one key by itself', () => {
    press('x', 'enter');
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('not for keys that came together, and says what to do', () => {
    router.dispatch(event('enter', true), (nowMs += 1000));
    expect(run).not.toHaveBeenCalled();
    expect(feedback.unavailable).toHaveBeenCalledWith(confirming, 'press the key again, by itself');
  });

  test('not directly after another key or a paste: nobody types so fast', () => {
    router.dispatch(event('x'), nowMs);
    router.dispatch(event('enter'), nowMs + 5);
    expect(run).not.toHaveBeenCalled();
    router.paste('text', (nowMs += 1000));
    router.dispatch(event('enter'), nowMs + 5);
    expect(run).not.toHaveBeenCalled();
    router.dispatch(event('x'), (nowMs += 1000));
    router.dispatch(event('enter'), nowMs + 60);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('not for a held key', () => {
    router.push(layer([binding(['enter'], () => undefined)]))();
    press('enter');
    for (let repeat = 0; repeat < 50; repeat += 1) router.dispatch(event('enter'), (nowMs += 33));
    expect(run).toHaveBeenCalledTimes(1);
    press('enter');
    expect(run).toHaveBeenCalledTimes(2);
  });

  test('not for an Enter that was held since before the question came', () => {
    const opened = vi.fn<() => void>();
    router.push(layer([binding(['enter'], opened)]))();
    const takeOff = router.push(layer([binding(['enter'], opened)]));
    press('enter');
    takeOff();
    for (let repeat = 0; repeat < 20; repeat += 1) router.dispatch(event('enter'), (nowMs += 40));
    expect(opened).toHaveBeenCalledTimes(1);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('what can not be done', () => {
  test('a disabled binding says why and takes the key', () => {
    const run = vi.fn<() => void>();
    const below = vi.fn<() => void>();
    router.push(layer([binding(['t'], below)]));
    const disabled = binding(['t'], run, { disabledReason: 'no tenant is marked' });
    router.push(layer([disabled]));
    press('t');
    expect(feedback.unavailable).toHaveBeenCalledWith(disabled, 'no tenant is marked');
    expect(run).not.toHaveBeenCalled();
    expect(below).not.toHaveBeenCalled();
  });

  test('a handler that throws is told, and the next key works', () => {
    const run = vi.fn<() => void>();
    const error = new Error('broken');
    router.push(
      layer([
        binding(['b'], () => {
          throw error;
        }),
        binding(['j'], run),
      ]),
    );
    press('b', 'j');
    expect(feedback.failed).toHaveBeenCalledWith(error);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('a layer whose bindings can not be told is told, too', () => {
    const error = new Error('no bindings');
    router.push(
      layer([], {
        bindings: () => {
          throw error;
        },
      }),
    );
    press('j');
    expect(feedback.failed).toHaveBeenCalledWith(error);
  });

  test('a key nobody knows does nothing', () => {
    router.push(layer([]));
    expect(() => press('j', 'ctrl+x', 'f5')).not.toThrow();
    expect(feedback.unavailable).not.toHaveBeenCalled();
  });
});
