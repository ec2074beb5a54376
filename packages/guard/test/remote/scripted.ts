/**
 * An issuer of a few lines: it answers as its script says, on a clock that stands still, and writes down what it was asked.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type ManualClock, manualClock } from '../../src/clock.ts';
import type { GuardLine } from '../../src/ports.ts';
import type { Issuer } from '../../src/remote/issuer.ts';

/** One question as the issuer saw it. */
export interface Asked {
  readonly path: string;
  readonly headers: Headers;
  readonly redirect: string | undefined;
  readonly signal: AbortSignal;
}

/** What the issuer does with a question. */
export type Script = (asked: Asked) => Response | Promise<Response>;

/** The issuer under test. */
export interface Scripted {
  readonly issuer: Issuer;
  readonly clock: ManualClock;
  /** Oldest first. */
  readonly asked: readonly Asked[];
  readonly lines: readonly GuardLine[];
  /** What was told to the operator, by its words. */
  events(): string[];
  answer(script: Script): void;
}

/** The moment at which tests begin. */
export const start = Date.parse('2026-03-01T12:00:00Z');
const origin = 'https://id.example.com';

/** Makes an issuer. Addresses that are not its own make the test fail. */
export function scripted(script: Script): Scripted {
  const clock = manualClock(start);
  const asked: Asked[] = [];
  const lines: GuardLine[] = [];
  let current = script;
  const fetch: Issuer['fetch'] = async (url, init) => {
    if (!url.startsWith(`${origin}/`)) throw new Error('the guard has spoken to somebody else');
    const one: Asked = {
      path: url.slice(origin.length),
      headers: new Headers(init?.headers),
      redirect: init?.redirect,
      signal: init?.signal ?? new AbortController().signal,
    };
    asked.push(one);
    return current(one);
  };
  return {
    issuer: { origin, fetch, clock, timeoutSeconds: 3, log: (line) => void lines.push(line) },
    clock,
    asked,
    lines,
    events: () => lines.map(({ event }) => event),
    answer: (next) => {
      current = next;
    },
  };
}

/** A JSON answer. */
export const json = (value: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(value), {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });

/** An answer that never comes. */
export const silence = (): Promise<Response> => new Promise(() => undefined);

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A public key as a JWK set has it. */
export function publicJwk(
  kid: string,
  key: KeyObject = generateKeyPairSync('ed25519').publicKey,
): Record<string, unknown> {
  const { kty = '' } = key.export({ format: 'jwk' });
  const alg = { OKP: 'EdDSA', EC: 'ES256', RSA: 'RS256' }[kty];
  return { ...key.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

/** An answer whose body is given piece by piece. */
export interface Line {
  readonly response: Response;
  /** Sends text, and lets it arrive. */
  say(text: string): Promise<void>;
  end(): void;
  isCut(): boolean;
}

/** Opens an event stream. */
export function openLine(): Line {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let cut = false;
  const body = new ReadableStream<Uint8Array>({
    start: (made) => {
      controller = made;
    },
    cancel: () => {
      cut = true;
    },
  });
  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }),
    say: async (text) => {
      controller?.enqueue(new TextEncoder().encode(text));
      await settled();
    },
    end: () => controller?.close(),
    isCut: () => cut,
  };
}
