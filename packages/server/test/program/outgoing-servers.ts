/** Servers of tests that the outgoing gate asks, or must never reach. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { manualClock } from '../../src/base/clock.ts';
import { createOutgoing } from '../../src/program/oauth/outgoing.ts';
import type { Lookup } from '../../src/program/oauth/outgoing-gate.ts';
import type { Certificate } from './certificate.ts';

/** A server that listens on 127.0.0.1 until the test is over. */
export interface Listening {
  /** `127.0.0.1:` and the port. */
  readonly place: string;
  readonly port: number;
  /** How many have connected. */
  connections(): number;
  /** Resolves when the first who connected is gone. */
  readonly gone: Promise<void>;
}

async function listening(server: Server, host = '127.0.0.1'): Promise<Listening> {
  let connections = 0;
  const left = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => left.resolve());
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { place: `${host}:${port}`, port, connections: () => connections, gone: left.promise };
}

/** Answers over plain http. */
export const plain = (answer: RequestListener, host?: string): Promise<Listening> =>
  listening(createServer(answer), host);

/** Answers over https. */
export const secure = (certificate: Certificate, answer: RequestListener): Promise<Listening> =>
  listening(createSecureServer(certificate, answer));

/** Says these bytes to whoever connects and asks. */
export const raw = (bytes: string): Promise<Listening> =>
  listening(createRawServer((socket) => socket.once('data', () => socket.end(bytes))));

/** Answers with a JSON text. */
export const saying =
  (text: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(text);
  };

/** Keeps what it was asked. */
export function noting(answer: RequestListener): { asked: IncomingMessage[]; answer: RequestListener } {
  const asked: IncomingMessage[] = [];
  return {
    asked,
    answer: (request, response) => {
      asked.push(request);
      answer(request, response);
    },
  };
}

/** A gate with a clock that stands still. */
export function gate({ allow = [], lookup }: { allow?: readonly string[]; lookup?: Lookup } = {}) {
  const clock = manualClock(0);
  return { clock, ...createOutgoing({ clock, outgoingAllow: allow, lookup }) };
}

/** Names that resolve to these addresses, and nothing else. */
export const names =
  (known: Readonly<Record<string, readonly string[]>>): Lookup =>
  async (host) =>
    (known[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
