/** Turns work that emits events into a generator of them that returns what the work gives. Whoever stops listening stops the work. */
export async function* eventsOf<Event, Result>(
  work: (emit: (event: Event) => void, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Event, Result> {
  const left = new AbortController();
  const queue: Event[] = [];
  let wake = Promise.withResolvers<void>();
  let isOver = false;
  const emit = (event: Event): void => {
    queue.push(event);
    wake.resolve();
  };
  const working = work(emit, AbortSignal.any([left.signal, ...(signal ? [signal] : [])])).finally(() => {
    isOver = true;
    wake.resolve();
  });
  // Its failure is thrown below, when all that happened before has been told.
  working.catch(() => undefined);
  try {
    for (;;) {
      while (queue.length > 0) yield queue.shift()!;
      if (isOver) return await working;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  } finally {
    left.abort(new Error('nobody waits any more'));
    await working.catch(() => undefined);
  }
}
