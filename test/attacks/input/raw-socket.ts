/**
 * A client that speaks bytes: for requests that no well-behaved client would send.
 */
import { connect } from 'node:net';
import { manualClock } from '../../../packages/server/src/base/clock.ts';
import { type Listener, listen } from '../../../packages/server/src/program/serving/listener.ts';
import { type Serving, type ServingOptions, serveHandler, testStart } from '../../kit/serving.ts';

/** A server on a socket. */
export interface Listening {
  readonly serving: Serving;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves on a socket whose port is known. */
export async function serveBytes(options: ServingOptions = {}): Promise<Listening> {
  const serving = await serveHandler({ lightHashing: true, clock: manualClock(testStart), ...options });
  const listener: Listener = await listen(serving.assembly.handler, { host: '127.0.0.1', port: 0 });
  return {
    serving,
    port: listener.port,
    close: async () => {
      await listener.stop(0);
      await serving.close();
    },
  };
}

/** What came back. */
export interface Received {
  readonly text: string;
  /** The status of each answer, in order. */
  readonly statuses: readonly number[];
  /** The server ended the connection by itself. */
  readonly closed: boolean;
}

/** How bytes are sent. */
export interface Sending {
  /** Sent at once, or part by part as the server takes them. */
  readonly bytes: string | Iterable<string>;
  /** Milliseconds to wait for more when nothing comes and the connection stays open. */
  readonly quiet?: number;
}

/**
 * Does something after so many milliseconds, which are counted in small steps: while a busy machine lets this process stand still,
 * the server in it cannot answer either, and no time is counted.
 */
function quietly(milliseconds: number, work: () => void): { end(): void } {
  let left = milliseconds / step;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    work();
  }, step);
  return { end: () => clearInterval(timer) };
}

/** Milliseconds. */
const step = 5;

/** Sends bytes and reads until the server ends the connection, or says nothing more. */
export function sendBytes(port: number, { bytes, quiet = 120 }: Sending): Promise<Received> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let text = '';
    let closed = false;
    const parts = (typeof bytes === 'string' ? [bytes] : bytes)[Symbol.iterator]();
    const send = (): void => {
      for (let part = parts.next(); !part.done; part = parts.next())
        if (closed || !socket.write(part.value, 'latin1')) return;
    };
    let silence = quietly(quiet * 4, () => socket.destroy());
    socket.on('connect', send);
    socket.on('drain', send);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      silence.end();
      silence = quietly(quiet, () => socket.destroy());
    });
    socket.on('end', () => {
      closed = true;
      socket.destroy();
    });
    socket.on('error', () => {
      closed = true;
    });
    socket.on('close', () => {
      silence.end();
      // Answers stand directly behind each other.
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      resolve({ text, closed, statuses });
    });
  });
}

/** The text of a request. */
export const requestText = (line: string, headers: readonly string[], body = ''): string =>
  `${line}\r\n${['Host: localhost:3000', ...headers].join('\r\n')}\r\n\r\n${body}`;
