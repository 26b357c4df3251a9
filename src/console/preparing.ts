import type { KeyRouter } from './key-router.ts';

/** What is made ready to be opened, from the key that asked for it on. One at a time: whoever asks for another has left off the one before. */
export interface Preparing {
  /** Begins another. The function it gives ends it, and tells whether it is still wanted: it was not left off meanwhile. */
  readonly begin: () => () => boolean;
  readonly leaveOff: () => void;
}

/**
 * While something is made ready, esc is meant for it, not for what is still on screen. A field that is opened leaves it off as another dialog does:
 * what is typed there, and the enter behind it, would go to what comes up.
 */
export function createPreparing(router: Pick<KeyRouter, 'push' | 'changes' | 'isTyping'>): Preparing {
  let leaveOff: (() => void) | undefined;
  return {
    begin: () => {
      leaveOff?.();
      let state: 'preparing' | 'left' | 'done' = 'preparing';
      const end = (as: 'left' | 'done'): void => {
        if (state !== 'preparing') return;
        state = as;
        leaveOff = undefined;
        stopWatching();
        takeOff();
      };
      leaveOff = () => end('left');
      const takeOff = router.push({
        title: 'Being made ready',
        bindings: () => [
          {
            id: 'console.leave-off',
            keys: ['esc', 'ctrl+c'],
            label: 'leave off',
            help: 'Do not open what is being made ready.',
            inFooter: true,
            run: () => end('left'),
          },
        ],
      });
      let wasTyping = router.isTyping();
      const stopWatching = router.changes.subscribe(() => {
        const isTyping = router.isTyping();
        if (isTyping && !wasTyping) end('left');
        wasTyping = isTyping;
      });
      return () => {
        end('done');
        return state === 'done';
      };
    },
    leaveOff: () => leaveOff?.(),
  };
}
