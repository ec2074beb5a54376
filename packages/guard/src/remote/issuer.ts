/**
 * The line to the configured issuer: the one address that a guard ever speaks to, whatever a token or an answer names.
 * A question is bounded in time and in bytes, and no redirect is followed.
 */
import type { Clock } from '../clock.ts';
import type { Fetch, GuardLine, Log } from '../ports.ts';

/** How the issuer is reached. */
export interface Issuer {
  /** Its origin, without a slash at the end. */
  readonly origin: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Seconds that a whole answer may take. */
  readonly timeoutSeconds: number;
  readonly log: Log;
}

/** What is asked. */
export interface Question {
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A form; with one the question is a POST. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** Bytes that the answer may have. */
  readonly limit: number;
  /** Whoever aborts it no longer wants the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** What was answered, in full. */
export interface IssuerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Why there is no answer that could be used. */
export type UnansweredReason = 'network' | 'timeout' | 'redirect' | 'too-large' | 'status' | 'nonsense';

/** The issuer gave no usable answer. It never holds a part of question or answer. */
export class Unanswered extends Error {
  readonly reason: UnansweredReason;
  /** The status of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(reason: UnansweredReason, { status, cause }: { status?: number; cause?: unknown } = {}) {
    super(`the issuer gave no usable answer: ${reason}`, { cause });
    this.name = 'Unanswered';
    this.reason = reason;
    this.status = status;
  }
}

/** Asks the issuer and reads the whole answer. Throws Unanswered. */
export async function askIssuer(issuer: Issuer, question: Question): Promise<IssuerAnswer> {
  return bounded(issuer, question.signal, async (limits) => {
    const response = await openAnswer(issuer, question, limits);
    const text = await readText(response, question.limit, limits.signal);
    return { status: response.status, headers: response.headers, text };
  });
}

/** Opens an answer that goes on as it likes: the time limit counts until its headers are there. Throws Unanswered. */
export async function openStream(
  issuer: Issuer,
  question: Omit<Question, 'limit'> & { readonly signal: AbortSignal },
): Promise<Response> {
  return bounded(issuer, question.signal, ({ signal, over }) =>
    openAnswer(issuer, question, { signal: AbortSignal.any([signal, question.signal]), over }),
  );
}

/** The member `name` of a JSON object; undefined when there is none or `value` is no object. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** The value of a JSON text. Throws Unanswered with the reason `nonsense`. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text: it goes no further.
    throw new Unanswered('nonsense');
  }
}

/** Whether an answer is of this media type, whatever its parameters. */
export const isOfType = (headers: Headers, type: string): boolean =>
  (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() === type;

/** Tells the operator. */
export function tell(
  { log, clock }: Pick<Issuer, 'log' | 'clock'>,
  level: GuardLine['level'],
  { event, ...detail }: { readonly event: string } & GuardLine['detail'],
): void {
  log({ level, time: new Date(clock.now()).toISOString(), event, detail });
}

/** Why a question found no answer, for the operator's log. */
export const reasonOf = (thrown: unknown): { reason: string; status: number | undefined } =>
  thrown instanceof Unanswered
    ? { reason: thrown.reason, status: thrown.status }
    : { reason: thrown === undefined ? 'silence' : 'defect', status: undefined };

/** The end of patience, as a signal for whoever can be told and as a promise for the rest. */
interface Limits {
  readonly signal: AbortSignal;
  /** Rejects when it is over, and never resolves. */
  readonly over: Promise<never>;
}

/** Does `work` until it is done, the time is up or `signal` says so. */
async function bounded<T>(
  { clock, timeoutSeconds }: Issuer,
  signal: AbortSignal | undefined,
  work: (limits: Limits) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { promise: over, reject } = Promise.withResolvers<never>();
  // Most answers come in time; then nobody waits for this promise.
  over.catch(() => undefined);
  const stop = (reason: Unanswered): void => {
    reject(reason);
    controller.abort(reason);
  };
  const leave = (): void => stop(new Unanswered('network'));
  const cancel = clock.after(timeoutSeconds * 1000, () => stop(new Unanswered('timeout')));
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  try {
    return await work({ signal: controller.signal, over });
  } catch (thrown) {
    throw thrown instanceof Unanswered ? thrown : new Unanswered('network', { cause: thrown });
  } finally {
    cancel();
    signal?.removeEventListener('abort', leave);
  }
}

async function openAnswer(
  { origin, fetch }: Issuer,
  { path, headers, form }: Pick<Question, 'path' | 'headers' | 'form'>,
  { signal, over }: Limits,
): Promise<Response> {
  // `manual` and not `error`: Workers know only the former.
  const response = await Promise.race([
    fetch(`${origin}${path}`, { ...sent(form), headers, redirect: 'manual', signal }),
    over,
  ]);
  const { status, type } = response;
  if (type === 'opaqueredirect' || (status >= 300 && status < 400 && status !== 304)) {
    await response.body?.cancel();
    throw new Unanswered('redirect', { status });
  }
  return response;
}

/** `URLSearchParams` brings its own media type. */
const sent = (form: Question['form']): RequestInit =>
  form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };

async function readText(response: Response, limit: number, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let text = '';
  for await (const piece of piecesOf(response, signal)) {
    bytes += piece.byteLength;
    if (bytes > limit) throw new Unanswered('too-large', { status: response.status });
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** The bytes of an answer as they arrive. Once `signal` is aborted, it rejects with the reason of that. */
export async function* piecesOf({ body }: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  // A read that is under way ends with that; whether the other side hears of it is not waited for.
  const leave = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', leave, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { value, done } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}
