import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A network that holds the COMMIT of a write transaction back, as a slow one would: the server waits for it, the client for its answer. */
export interface CommitProxy {
  readonly port: number;
  /** Resolves when the COMMIT of a write is held here. */
  readonly held: Promise<void>;
  /** Resolves when the client has asked twice how the held transaction ended: once it was told that it is in progress. */
  readonly askedAgain: Promise<void>;
  /** The client loses its connection; the server is told nothing of it. */
  readonly loseClient: () => void;
  /** The COMMIT arrives at last. */
  readonly deliver: () => void;
  /** It never will. */
  readonly loseServer: () => void;
}

/** Starts one on a free loopback port, closed at the end of the test. Only the first COMMIT of a write is held, or what `holds` says instead. */
export async function startCommitProxy(
  target: { readonly host: string; readonly port: number },
  holds = /commit\0/i,
): Promise<CommitProxy> {
  const held = Promise.withResolvers<void>();
  const askedAgain = Promise.withResolvers<void>();
  let asked = 0;
  const sockets = new Set<Socket>();
  let holding: { readonly client: Socket; readonly upstream: Socket; readonly pieces: Buffer[] } | undefined;
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let isWrite = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (piece) => {
      const text = piece.toString('latin1');
      if (text.includes('pg_xact_status') && ++asked === 2) askedAgain.resolve();
      isWrite ||= /begin(?: read write)?\0/i.test(text);
      if (holding === undefined && isWrite && holds.test(text)) {
        holding = { client, upstream, pieces: [piece] };
        held.resolve();
      } else if (holding?.client === client) holding.pieces.push(piece);
      else upstream.write(piece);
    });
    upstream.on('data', (piece) => void (client.destroyed || client.write(piece)));
    client.on('close', () => void (holding?.client === client || upstream.destroy()));
    upstream.on('close', () => client.destroy());
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port,
    held: held.promise,
    askedAgain: askedAgain.promise,
    loseClient: () => holding?.client.resetAndDestroy(),
    deliver: () => holding?.pieces.splice(0).forEach((piece) => holding?.upstream.write(piece)),
    loseServer: () => holding?.upstream.resetAndDestroy(),
  };
}
