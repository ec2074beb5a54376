/**
 * The log: one line of JSON for each thing that the operator may want to read, on standard error. It is made of what was
 * answered and of what failed, never of headers or bodies, so that no secret can come near it. It must not keep the
 * server waiting: when nobody reads, lines are dropped and counted.
 */
import type { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Clock } from '../../base/clock.ts';
import { isFailure } from '../../domain/failures.ts';
import type { Seen } from '../../http/route.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';

/** The levels of the setting `logLevel`. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where lines go and which of them. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** The number of this process among the workers; undefined when it is alone. */
  readonly worker: string | undefined;
  readonly stream: Writable;
}

/** The log of a process. */
export interface Log {
  /** A reply: reads at debug, changes and refusals at info, breakages at error. */
  readonly observe: (seen: Seen) => void;
  /** Something that broke beside a request. */
  readonly report: (thrown: unknown) => void;
  /** A word about the process itself, with particulars. */
  note(level: LogLevel, message: string, particulars?: Readonly<Record<string, unknown>>): void;
  /** Resolves when what was logged is out, or after `patience` milliseconds. */
  flush(patience: number): Promise<void>;
}

/** Bytes that may wait for a reader of the log. */
const mostWaiting = 1 << 20;
/** Letters of a value, and of a stack. */
const longestValue = 200;
const longestStack = 4000;

/** Makes the log. */
export function createLog({ level, clock, worker, stream }: LogOptions): Log {
  const lines = pino(
    {
      level,
      base: { pid: process.pid, ...(worker === undefined ? {} : { worker }) },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    boundedWriter(stream),
  );
  /** A reply that broke is told of twice, by itself and as a breakage; one line with both is better. */
  const told = new WeakSet<object>();
  const note: Log['note'] = (at, message, particulars = {}) => lines[at](shownAll(particulars), message);
  return {
    observe: (seen) => {
      const at = levelOf(seen);
      if (seen.thrown instanceof Error) told.add(seen.thrown);
      if (lines.isLevelEnabled(at)) lines[at](replyFields(seen), 'replied');
    },
    report: (thrown) => {
      if (thrown instanceof Error && told.has(thrown)) return;
      note('error', 'something broke', brokenFields(thrown));
    },
    note,
    flush: (patience) => flush(stream, { clock, patience }),
  };
}

/** A destination that drops instead of growing, and says how much it dropped as soon as there is room again. */
function boundedWriter(stream: Writable): { write(line: string): void } {
  let dropped = 0;
  // A log that cannot be written (reader gone, disk full) is no reason to refuse a sign-in: events are in the store.
  stream.on('error', () => undefined);
  return {
    write: (line) => {
      if (stream.writableLength > mostWaiting) {
        dropped += 1;
        return;
      }
      if (dropped > 0)
        stream.write(`${JSON.stringify({ level: 'warn', dropped, msg: 'lines were dropped' })}\n`);
      dropped = 0;
      stream.write(line);
    },
  };
}

async function flush(
  stream: Writable,
  { clock, patience }: { clock: Clock; patience: number },
): Promise<void> {
  if (stream.writableLength === 0) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(patience, resolve);
    stream.write('', () => {
      cancel();
      resolve();
    });
  });
}

function levelOf({ status, method }: Seen): LogLevel {
  if (status === 500) return 'error';
  if (status > 500) return 'warn';
  return status < 400 && (method === 'GET' || method === 'HEAD') ? 'debug' : 'info';
}

function replyFields({ requestId, method, route, status, duration, network, thrown }: Seen): object {
  return shownAll({
    request_id: requestId,
    method,
    route,
    status,
    ms: Math.round(duration * 10) / 10,
    network,
    ...(thrown === undefined ? {} : brokenFields(thrown)),
  });
}

/** A failure of the registry says its code and private detail, a fault of OAuth its code and check; anything else its stack. */
function brokenFields(thrown: unknown): Record<string, unknown> {
  if (isFailure(thrown) && thrown.code !== 'internal') {
    const cause = thrown.cause instanceof Error ? { cause: thrown.cause.message } : {};
    return { code: thrown.code, ...thrown.detail, ...cause };
  }
  if (thrown instanceof OAuthFault) return { code: thrown.error, check: thrown.check };
  return {
    code: 'internal',
    stack: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  };
}

/** Values as one line can carry them: cut, and without letters that a terminal would obey (ASVS 16.4.1). */
function shownAll(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? shown(value, name === 'stack' ? longestStack : longestValue) : value,
    ]),
  );
}

const shown = (text: string, longest: number): string =>
  (text.length > longest ? `${text.slice(0, longest)}…` : text)
    .toWellFormed()
    .replace(
      /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
