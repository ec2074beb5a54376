/**
 * The load: keep-alive connections on raw sockets, one request under way on each. It costs little, since it shares the
 * machine with what it measures.
 */
import { connect, type Socket } from 'node:net';

/** What one connection sends, one request after the other. */
export interface Talker {
  /** The next request as raw HTTP/1.1. */
  next(): string | Buffer;
  /** Sees each answer; throws when it is not what it should be. */
  heard(answer: { status: number; body: string }): void;
}

/** What a load is. */
export interface Load {
  readonly port: number;
  /** One for each connection. */
  readonly talkers: readonly Talker[];
  /** Requests in all. */
  readonly requests: number;
}

/** What a load measured. Times are milliseconds. */
export interface Measured {
  /** That were answered. */
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Drives the load until all requests are answered. */
export async function drive({ port, talkers, requests }: Load): Promise<Measured> {
  const times = new Float64Array(requests);
  const shared = { sent: 0, done: 0, times, requests };
  const sockets = await Promise.all(talkers.map(() => open(port)));
  const started = performance.now();
  await Promise.all(talkers.map((talker, at) => talk(sockets[at], talker, shared)));
  const elapsed = performance.now() - started;
  for (const socket of sockets) socket.destroy();
  times.sort();
  const at = (share: number): number => times[Math.min(requests - 1, Math.floor(requests * share))] ?? 0;
  return { requests, perSecond: (requests / elapsed) * 1000, p50: at(0.5), p99: at(0.99) };
}

interface Shared {
  sent: number;
  done: number;
  readonly requests: number;
  readonly times: Float64Array;
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

function talk(socket: Socket | undefined, talker: Talker, shared: Shared): Promise<void> {
  if (!socket) throw new Error('a talker has no socket');
  return new Promise((resolve, reject) => {
    let begun = 0;
    let pending = '';
    const send = (): void => {
      if (shared.sent >= shared.requests) return resolve();
      shared.sent += 1;
      begun = performance.now();
      socket.write(talker.next());
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    // One byte, one character: lengths in the headers can be compared with what came.
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      pending += String(chunk);
      const answer = complete(pending);
      if (!answer) return;
      pending = '';
      shared.times[shared.done++] = performance.now() - begun;
      try {
        talker.heard(answer);
        send();
      } catch (thrown) {
        reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    });
    send();
  });
}

const lengthHeader = /[Cc]ontent-[Ll]ength: (\d+)/;

/** An answer with Content-Length, once all of it is there. */
function complete(text: string): { status: number; body: string } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const length = Number(lengthHeader.exec(text)?.[1]);
  if (text.length < end + 4 + length) return undefined;
  return { status: Number(text.slice(9, 12)), body: text.slice(end + 4) };
}

/** A request to be written raw. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the body; JSON unless given. */
  readonly type?: string;
  readonly body?: string;
}

/** Raw HTTP of a request. */
export function raw({
  method = 'GET',
  path,
  headers = {},
  type = 'application/json',
  body = '',
}: RawRequest): string {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const length = body === '' ? '' : `content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`;
}
