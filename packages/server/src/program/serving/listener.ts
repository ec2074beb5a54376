/**
 * The Node adapter: sockets in front of a handler, with limits on how long and how large, and a stop that lets what was
 * accepted finish.
 */
import type { Server } from 'node:http';
import { type AddressInfo, Server as SocketServer } from 'node:net';
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import { systemClock } from '../../base/clock.ts';
import type { Handler } from '../../http/app.ts';

/** A listening server. */
export interface Listener {
  readonly port: number;
  /**
   * Takes no new connections and lets requests under way finish for at most `patience` milliseconds, then cuts. Before
   * that, for `grace` milliseconds (0 unless told), everybody is still served and hears with the answer that the
   * connection ends: those who wait to be accepted, or are about to speak on a connection that is kept alive.
   */
  stop(patience: number, grace?: number): Promise<void>;
}

/** Where to listen. */
export interface ListeningPlace {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Never shared with other processes of a cluster. */
  readonly exclusive?: boolean;
}

/** Milliseconds that a client may take for its headers, and for the whole request. */
const headersTimeout = 10_000;
const requestTimeout = 30_000;
/** Milliseconds that an idle connection is kept; longer than common proxies keep theirs. */
const keepAliveTimeout = 65_000;
/** Milliseconds in which nothing goes and nothing comes amid an exchange: whoever reads an answer takes some of it. */
const stalledTimeout = 60_000;
const maxHeaderSize = 16_384;
/** Milliseconds between two looks at what is still open while stopping. */
const lookEvery = 20;
/** Milliseconds past the grace in which those are accepted who came before. */
const longestQueue = 1000;

/** Listens on an address. Rejects with the system's error when it cannot. */
export async function listen(handler: Handler, place: ListeningPlace): Promise<Listener> {
  let stopping = false;
  // Node's types of this package are those of http; we never ask for http2.
  const server = createAdaptorServer({
    fetch: (request: Request, { incoming, outgoing }: HttpBindings | Http2Bindings) => {
      const twoHosts = hostCount(incoming.rawHeaders) > 1;
      if ((stopping || twoHosts) && 'shouldKeepAlive' in outgoing) outgoing.shouldKeepAlive = false;
      // RFC 9112 §3.2: a proxy before us may have read the other one.
      if (twoHosts) return new Response(null, { status: 400 });
      return handler(request, { peer: incoming.socket.remoteAddress });
    },
    serverOptions: {
      headersTimeout,
      requestTimeout,
      keepAliveTimeout,
      maxHeaderSize,
      requireHostHeader: true,
    },
  }) as Server;
  server.timeout = stalledTimeout;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: (patience, grace = 0) => {
      stopping = true;
      return stop(server, patience, grace);
    },
  };
}

/** Names and values take turns in the raw headers. */
function hostCount(raw: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < raw.length; at += 2)
    if (raw[at]?.length === 4 && /^host$/i.test(raw[at] ?? '')) count += 1;
  return count;
}

function stop(server: Server, patience: number, grace: number): Promise<void> {
  return new Promise((resolve) => {
    let waited = 0;
    let arrived = false;
    let isOpen = true;
    let cancel = (): void => undefined;
    server.on('connection', () => {
      arrived = true;
    });
    const close = (): void => {
      isOpen = false;
      // The close of http itself would only repeat what `look` does.
      SocketServer.prototype.close.call(server, () => {
        cancel();
        resolve();
      });
    };
    const look = (): void => {
      // Whoever has reached the system's queue is not turned away: that ends when a look finds nobody new.
      if (isOpen && waited >= grace && (!arrived || waited >= grace + longestQueue)) close();
      if (waited >= patience) server.closeAllConnections();
      else if (!isOpen) server.closeIdleConnections();
      arrived = false;
      waited += lookEvery;
      cancel = systemClock.after(lookEvery, look);
    };
    look();
  });
}
