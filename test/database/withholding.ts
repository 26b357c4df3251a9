import { connect, createServer, type Socket } from 'node:net';

/** Between a client and a server: what the server answers is withheld until the client has sent everything it has to say. */
export interface Withholding {
  readonly port: number;
  /** From now on answers are withheld until the client has sent `lastWord`; what it sends after that is counted. */
  readonly until: (lastWord: string) => void;
  /** How many bytes came from the client after its last word. */
  readonly bytesAfter: () => number;
  readonly close: () => void;
}

/**
 * A client that waits for an answer before it sends on never gets one here: that a read comes back at all proves that it takes one
 * round trip.
 */
export async function startWithholding(target: { readonly host: string; readonly port: number }): Promise<Withholding> {
  let lastWord = '';
  let said = '';
  let late = 0;
  let isOpen = true;
  const held: (() => void)[] = [];
  const sockets = new Set<Socket>();
  const hear = (piece: Buffer): void => {
    if (isOpen) {
      late += piece.length;
      return;
    }
    said += piece.toString('latin1');
    const at = said.indexOf(lastWord);
    if (at === -1) return;
    isOpen = true;
    for (const release of held.splice(0)) release();
  };
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (piece) => {
      hear(piece);
      upstream.write(piece);
    });
    upstream.on('data', (piece) => {
      if (isOpen) client.write(piece);
      else held.push(() => client.write(piece));
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    port,
    until: (word) => {
      lastWord = word;
      said = '';
      late = 0;
      isOpen = false;
    },
    bytesAfter: () => late,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
