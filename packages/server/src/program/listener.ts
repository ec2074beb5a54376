/**
 * The Node adapter: sockets in front of a handler, with limits on how long and how large, and a stop that lets what was
 * accepted finish.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import type { Handler } from '../http/app.ts';

/** A listening server. */
export interface Listener {
  readonly port: number;
  /** Takes no new connections, lets requests under way finish for at most `patience` milliseconds, then cuts. */
  stop(patience: number): Promise<void>;
}

/** Milliseconds that a client may take for its headers, and for the whole request. */
const headersTimeout = 10_000;
const requestTimeout = 30_000;
/** Milliseconds that an idle connection is kept; longer than common proxies keep theirs. */
const keepAliveTimeout = 65_000;
const maxHeaderSize = 16_384;

/** Listens on an address. Rejects with the system's error when it cannot. */
export async function listen(
  handler: Handler,
  { host, port }: { host: string; port: number },
): Promise<Listener> {
  // Node's types of this package are those of http; we never ask for http2.
  const server = createAdaptorServer({
    fetch: (request: Request, { incoming }: HttpBindings | Http2Bindings) =>
      handler(request, { peer: incoming.socket.remoteAddress }),
    serverOptions: {
      headersTimeout,
      requestTimeout,
      keepAliveTimeout,
      maxHeaderSize,
      requireHostHeader: true,
    },
    overrideGlobalObjects: false,
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: (patience) => stop(server, patience),
  };
}

function stop(server: Server, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
