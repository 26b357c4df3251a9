import { createStore, type Readable } from '#core/store.ts';
import type { TextEdit } from '#ui/text-field.ts';
import type { Binding, KeyLayer, TextTarget } from './public/contract.ts';
import type { KeyEvent } from './key-events.ts';

const edits: Readonly<Record<string, TextEdit>> = {
  left: 'left',
  right: 'right',
  home: 'home',
  end: 'end',
  backspace: 'backspace',
  delete: 'delete',
  'ctrl+a': 'home',
  'ctrl+e': 'end',
  'ctrl+b': 'left',
  'ctrl+w': 'delete-word',
  'ctrl+u': 'delete-to-start',
  'ctrl+k': 'delete-to-end',
  'ctrl+h': 'backspace',
  'ctrl+d': 'delete',
};

/** What the router tells the shell: a key that can not be used now, or a handler that threw. */
export interface KeyFeedback {
  readonly unavailable: (binding: Binding, reason: string) => void;
  readonly pasteIgnored: () => void;
  readonly failed: (thrown: unknown) => void;
}

/**
 * Takes every key to the layer it belongs to: the topmost first, down to the first modal one. It works without React, one key after
 * the other, so that `/acme` arriving in one piece opens the search and types into it.
 */
export class KeyRouter {
  readonly #layers: KeyLayer[] = [];
  readonly #changes = createStore(0);
  readonly #feedback: KeyFeedback;
  #previousName: string | undefined;
  #previousAtMs = 0;

  constructor(feedback: KeyFeedback) {
    this.#feedback = feedback;
  }

  /** Changes whenever bindings may have: after each key, and when a layer comes or goes. The footer follows it. */
  readonly changes: Readable<number> = this.#changes;

  /** Puts a layer on top; returns the way to take it off again. */
  push(layer: KeyLayer): () => void {
    this.#layers.push(layer);
    this.#changed();
    return () => {
      const index = this.#layers.lastIndexOf(layer);
      if (index !== -1) this.#layers.splice(index, 1);
      this.#changed();
    };
  }

  /** For a pane whose bindings changed without a key, since an answer came: the footer names those of now. */
  bindingsChanged(): void {
    this.#changed();
  }

  /** The layers that a key can reach now, topmost first. */
  reachable(): readonly KeyLayer[] {
    const topmost = this.#layers.toReversed();
    const modal = topmost.findIndex((layer) => layer.modal);
    return modal === -1 ? topmost : topmost.slice(0, modal + 1);
  }

  dispatch(event: KeyEvent, nowMs: number = Date.now()): void {
    const sinceMs = nowMs - this.#previousAtMs;
    const isAlone = !event.burst && sinceMs >= rushedMs && !(event.name === this.#previousName && sinceMs < heldKeyMs);
    this.#previousName = event.name;
    this.#previousAtMs = nowMs;
    try {
      for (const layer of this.reachable()) if (this.#offer(layer, event, isAlone)) return;
    } catch (error) {
      this.#feedback.failed(error);
    } finally {
      this.#changed();
    }
  }

  /** Pasted text goes into an open field or nowhere: it never runs a binding. */
  paste(text: string, nowMs: number = Date.now()): void {
    this.#previousAtMs = nowMs;
    const target = this.#target();
    if (target === undefined) this.#feedback.pasteIgnored();
    else target.insert(text);
  }

  /** Whether letters go into a field now. */
  isTyping(): boolean {
    return this.#target() !== undefined;
  }

  #target(): TextTarget | undefined {
    return this.reachable()
      .map((layer) => layer.textTarget?.())
      .find((candidate) => candidate !== undefined);
  }

  #changed(): void {
    this.#changes.update((count) => count + 1);
  }

  #offer(layer: KeyLayer, event: KeyEvent, isAlone: boolean): boolean {
    const target = layer.textTarget?.();
    const edit = edits[event.name];
    if (target !== undefined && event.text !== undefined) {
      target.insert(event.text);
      return true;
    }
    const binding = layer.bindings().find((candidate) => candidate.keys.includes(event.name));
    if (binding !== undefined) {
      if (binding.disabledReason !== undefined) this.#feedback.unavailable(binding, binding.disabledReason);
      else if (binding.confirm && !isAlone) this.#feedback.unavailable(binding, 'press the key again, by itself');
      else binding.run('');
      return true;
    }
    if (target !== undefined && edit !== undefined) {
      target.edit(edit);
      return true;
    }
    return false;
  }
}

/** Key repeat of terminals and X11 starts at about 2 a second at the slowest; the same key sooner than this is taken as held. */
const heldKeyMs = 400;
/** Nobody presses two keys within so short a time: they were sent together, however the terminal's reads cut them apart. */
const rushedMs = 20;
