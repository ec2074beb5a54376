/**
 * A client on one connection that is kept alive. It never asks twice by itself: whether a lost answer may be asked for
 * again is for whoever keeps the ledger.
 */
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** The connection ended before the answer was there. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  /** Whether the server had taken the connection before: it had answered on it. */
  readonly wasTaken: boolean;
  /** Whether nobody listened: nothing was asked, then. */
  readonly wasRefused: boolean;

  constructor(cause: unknown, wasTaken: boolean) {
    super('no answer', { cause });
    this.wasTaken = wasTaken;
    this.wasRefused = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
  }
}

/** An answer, read to its end. */
export interface Answered {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  /** Cookies that it set, as a Cookie header. */
  readonly cookie: string;
  /** Where it leads; empty when nowhere. */
  readonly location: string;
}

/** What a request says beside its path. */
export interface Saying {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client. */
export interface Caller {
  /** Rejects with Unanswered when no whole answer came. */
  ask(method: string, path: string, saying?: Saying): Promise<Answered>;
  /** Lets the connection go. */
  close(): void;
}

/**
 * Milliseconds that a client waits for an answer: more than any server may take. The first of several processes may have
 * taken a connection for a worker that was killed at that moment, and then nobody ever answers on it.
 */
const patience = 60_000;

/** A client of the server on this port of 127.0.0.1. */
export function callerOf(port: number): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: async (method, path, { body, bearer, headers } = {}) => {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const asking = request({
        agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        signal: AbortSignal.timeout(patience),
        headers: {
          ...(content === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
      });
      asking.end(content);
      try {
        return await answerTo(asking);
      } catch (cause) {
        throw new Unanswered(cause, asking.reusedSocket);
      }
    },
    close: () => agent.destroy(),
  };
}

async function answerTo(asking: ClientRequest): Promise<Answered> {
  const [message] = (await once(asking, 'response')) as [IncomingMessage];
  const said = await text(message);
  const isJson = /json/.test(message.headers['content-type'] ?? '') && said !== '';
  return {
    status: message.statusCode ?? 0,
    json: isJson ? (JSON.parse(said) as Record<string, unknown>) : {},
    cookie: (message.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; '),
    location: message.headers.location ?? '',
  };
}
