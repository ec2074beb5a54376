/**
 * A barrier: many requests that reach their servers at the same moment. Each has a connection of its own and is sent but
 * for its last byte; when all of that has arrived, the last bytes are let go together. It must not know what is asked.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request at the barrier. */
export interface Shot {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text already. */
  readonly body?: unknown;
}

/** What came back; the status 0 when the connection ended without an answer. */
export interface ShotReply {
  readonly status: number;
  readonly body: string;
  /** The body when it is JSON, else empty. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Requests that wait for their last byte. */
export interface Barrier {
  /** Lets them go and resolves when all are answered, in the order of the shots. */
  release(): Promise<ShotReply[]>;
}

/** Sends all but the last bytes. Resolves when every server has read them. Rejects when one cannot be reached. */
export async function raiseBarrier(shots: readonly Shot[]): Promise<Barrier> {
  const waiting = await Promise.all(shots.map(load));
  await Promise.all([...new Set(shots.map(({ port }) => port))].map(readByNow));
  return {
    release: () => {
      const replies = waiting.map(({ socket }) => replyOf(socket));
      for (const { socket, last } of waiting) socket.write(last);
      return Promise.all(replies);
    },
  };
}

/** Raises a barrier and lets it go. */
export const barrier = async (shots: readonly Shot[]): Promise<ShotReply[]> =>
  (await raiseBarrier(shots)).release();

async function load(shot: Shot): Promise<{ socket: Socket; last: Buffer }> {
  const bytes = Buffer.from(requestText(shot));
  const socket = await opened(shot.port);
  // The callback comes when the kernel has taken the bytes, and on a loopback that is where the server reads them.
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes.subarray(0, -1), (fault) => (fault ? reject(fault) : resolve()));
  });
  return { socket, last: bytes.subarray(-1) };
}

/** A whole exchange that began after the others were sent: by its end the server has turned to them as well. */
async function readByNow(port: number): Promise<void> {
  const socket = await opened(port);
  socket.write(requestText({ port, method: 'GET', path: '/health/live' }));
  await replyOf(socket);
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function requestText({ port, method, path, headers = {}, body }: Shot): string {
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    connection: 'close',
    ...(content === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(content)) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${content ?? ''}`;
}

async function replyOf(socket: Socket): Promise<ShotReply> {
  const answer = await text(socket).catch(() => '');
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [, status = '0'] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
  const body = rest.join('\r\n\r\n');
  const isJson = /\r\ncontent-type: application\/(?:problem\+)?json/i.test(head) && body !== '';
  const json = isJson ? (JSON.parse(body) as Record<string, unknown>) : {};
  return { status: Number(status), body, json };
}
