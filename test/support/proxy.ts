import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A network that can be made to fail, between a client and one server on this machine. */
export interface Proxy {
  /** On 127.0.0.1; the same for the proxy's whole life. */
  readonly port: number;
  /** How many client connections are open through it now. */
  readonly connections: number;
  /** Resets all open connections; new ones are accepted as before. */
  cut(): void;
  /** Resets all open connections and refuses new ones (ECONNREFUSED) until `resume`. */
  refuse(): Promise<void>;
  /** From now on every piece of data arrives this many milliseconds late, in order. */
  delay(ms: number): void;
  /** Nothing arrives any more in either direction, and nothing is closed, as with a dead network, until `resume`. */
  freeze(): void;
  /** Ends `refuse`, `freeze` and `delay`; what was held back by `freeze` now arrives. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free loopback port. */
export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const clients = new Set<Socket>();
  let delayMs = 0;
  let thaw: (() => void) | undefined;
  let flowing: Promise<void> = Promise.resolve();

  const forward = (from: Socket, to: Socket): void => {
    let order = Promise.resolve();
    const arrive = async (before: Promise<void>, at: number, action: () => void): Promise<void> => {
      await before;
      if (at > Date.now()) await pause(at - Date.now());
      await flowing;
      if (!to.destroyed) action();
    };
    const later = (action: () => void): void => {
      order = arrive(order, Date.now() + delayMs, action);
    };
    from.on('data', (piece) => later(() => to.write(piece)));
    from.on('end', () => later(() => to.end()));
    // A broken side breaks the other one; which error it was is of no interest to a proxy.
    from.on('error', () => to.destroy());
    from.on('close', () => later(() => to.destroy()));
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    const upstream = connect({ host: target.host, port: target.port, allowHalfOpen: true });
    forward(client, upstream);
    forward(upstream, client);
  });
  const port = await listen(server, 0);
  const cut = (): void => clients.forEach((client) => client.resetAndDestroy());
  const resume = async (): Promise<void> => {
    delayMs = 0;
    thaw?.();
    thaw = undefined;
    if (!server.listening) await listen(server, port);
  };
  const refuse = async (): Promise<void> => {
    const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : undefined;
    cut();
    await closed;
  };
  return {
    port,
    get connections() {
      return clients.size;
    },
    cut,
    refuse,
    delay: (ms) => void (delayMs = ms),
    freeze() {
      if (!thaw) flowing = new Promise((resolve) => (thaw = resolve));
    },
    resume,
    async close() {
      thaw?.();
      await refuse();
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(address && typeof address === 'object' ? address.port : port);
    });
  });
}
