/**
 * What stands between this server and addresses that others have named (OAU-21). A name is resolved once, every address
 * of it is judged, and the connection goes to what was judged: a second answer of the resolver is never asked for.
 * Nothing of ours goes along: no cookie, no credential, no proxy that the environment names.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { isPublicAddress } from '../../base/public-address.ts';
import { fail } from '../../domain/failures.ts';
import type { NotSent, Outgoing, OutgoingFault } from '../../domain/outgoing.ts';
import { JsonFault, type JsonValue, parseJson } from '../../protocol/json.ts';
import { isAllowedPlace } from './allowed-place.ts';

/** What the gate is made of. */
export interface OutgoingParts {
  readonly clock: Clock;
  /** Places (`host:port`) to which the rules on addresses and https do not apply: the setting `outgoingAllow`. */
  readonly outgoingAllow: readonly string[];
  /** All addresses of a name; the system's resolver unless given. */
  readonly lookup?: Lookup | undefined;
}

/** Resolves a host name once. */
export type Lookup = (host: string) => Promise<readonly HostAddress[]>;

/** One address of a host. */
export interface HostAddress {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

/** Something is in the way. */
class Hindrance extends Error {
  override readonly name = 'Hindrance';
  readonly reason: OutgoingFault;

  constructor(reason: OutgoingFault, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** What is asked, and how its answer becomes a result. */
interface Errand<Result> {
  readonly url: string;
  readonly seconds: number;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly read: (answer: IncomingMessage) => Result | Promise<Result>;
}

/** Makes the gate itself. */
export function createGate(parts: OutgoingParts): Omit<Outgoing, 'allows'> {
  return {
    fetchJson: (url, { limit, seconds }) =>
      run(parts, {
        url,
        seconds,
        method: 'GET',
        headers: { accept: 'application/json' },
        read: async (answer) => ({ ok: true, value: await readJson(answer, limit) }),
      }),
    post: (url, form, { seconds }) => {
      const body = new URLSearchParams(form).toString();
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(body)),
      };
      const read = (answer: IncomingMessage) => {
        requireStatus(answer, (status) => status >= 200 && status < 300);
        return { ok: true } as const;
      };
      return run(parts, { url, seconds, method: 'POST', headers, body, read });
    },
  };
}

/** Bytes that an answer of a provider may have, and seconds that it may take. */
const providerBounds = { limit: 262_144, seconds: 5 };

/** A request as the client library of providers makes it. */
interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * The gate as a `fetch` for what speaks with outside providers: any status comes back but those of redirects. Throws
 * `provider_unavailable`.
 */
export const fetchByGate =
  (parts: OutgoingParts) =>
  async (url: string, { method, headers, body }: FetchOptions): Promise<Response> => {
    const text = typeof body === 'string' || body instanceof URLSearchParams ? body.toString() : '';
    const sent = method === 'POST';
    const answer = await run(parts, {
      url,
      seconds: providerBounds.seconds,
      method: sent ? 'POST' : 'GET',
      headers: sent ? { ...headers, 'content-length': String(Buffer.byteLength(text)) } : headers,
      ...(sent ? { body: text } : {}),
      read: async (incoming) => {
        requireStatus(incoming, (status) => status >= 200);
        const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = incoming.headers;
        if (coding.toLowerCase() !== 'identity') throw new Hindrance('media-type');
        const bytes = new Uint8Array(await readBytes(incoming, providerBounds.limit));
        const status = incoming.statusCode ?? 0;
        // RFC 9110 §6.4.1: answers with these have no content.
        const content = status === 204 || status === 205 ? null : bytes;
        return {
          ok: true as const,
          value: new Response(content, { status, headers: { 'content-type': type } }),
        };
      },
    });
    if (answer.ok) return answer.value;
    throw fail('provider_unavailable', { detail: { check: answer.reason } });
  };

async function run<Result>(parts: OutgoingParts, errand: Errand<Result>): Promise<Result | NotSent> {
  const { outgoingAllow, clock, lookup = resolve } = parts;
  const late = new AbortController();
  const cancel = clock.after(errand.seconds * 1000, () => late.abort());
  try {
    const { url, isAllowed } = judgeUrl(errand.url, outgoingAllow);
    const addresses = await inTime(addressesOf(url, lookup), late.signal);
    if (!isAllowed && !addresses.every(({ address }) => isPublicAddress(address)))
      throw new Hindrance('address-refused');
    return await exchange(errand, { url, addresses, signal: late.signal });
  } catch (thrown) {
    if (late.signal.aborted) return { ok: false, reason: 'timed-out' };
    // What the system says of a connection stays here: it would tell the inside from the outside.
    return { ok: false, reason: thrown instanceof Hindrance ? thrown.reason : 'unreachable' };
  } finally {
    cancel();
  }
}

const longestUrl = 2048;

function judgeUrl(text: string, outgoingAllow: readonly string[]): { url: URL; isAllowed: boolean } {
  const url = text.length > longestUrl ? null : URL.parse(text);
  if (!url || url.port === '0' || /[#\s\\]/.test(text)) throw new Hindrance('url-refused');
  if (url.username !== '' || url.password !== '') throw new Hindrance('url-refused');
  const isAllowed = isAllowedPlace(url, outgoingAllow);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isAllowed)) return { url, isAllowed };
  throw new Hindrance('url-refused');
}

const resolve: Lookup = (host) => systemLookup(host, { all: true });

/** `URL` has made one spelling of every number by now: decimal, octal and hexadecimal hosts are dotted ones here. */
async function addressesOf(url: URL, lookup: Lookup): Promise<readonly HostAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    const addresses = await lookup(host);
    if (addresses.length > 0) return addresses;
  } catch (thrown) {
    throw new Hindrance('name-unknown', thrown);
  }
  throw new Hindrance('name-unknown');
}

/** A look-up cannot be called back; nobody waits for it any longer. */
const inTime = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((settle, reject) => {
    signal.addEventListener('abort', () => reject(new Hindrance('timed-out')), { once: true });
    work.then(settle, reject);
  });

/** Where the connection goes. */
interface Destination {
  readonly url: URL;
  readonly addresses: readonly HostAddress[];
  readonly signal: AbortSignal;
}

/** Bytes of an answer's headers. */
const maxHeaderSize = 16_384;

async function exchange<Result>(errand: Errand<Result>, destination: Destination): Promise<Result> {
  const { url, addresses, signal } = destination;
  const options: RequestOptions = {
    method: errand.method,
    headers: { ...errand.headers, 'accept-encoding': 'identity', 'user-agent': 'doorward' },
    lookup: judged(addresses),
    signal,
    maxHeaderSize,
  };
  // An agent of its own: the global one may have been given a proxy, and keeps connections that were judged long ago.
  const sent =
    url.protocol === 'https:'
      ? request(url, { ...options, agent: new Agent(), rejectUnauthorized: true })
      : plainRequest(url, { ...options, agent: new PlainAgent() });
  try {
    const answer = await new Promise<IncomingMessage>((settle, reject) => {
      sent.once('response', settle);
      sent.on('error', reject);
      sent.once('close', () => reject(new Hindrance('unreachable')));
      sent.end(errand.body);
    });
    return await errand.read(answer);
  } finally {
    sent.destroy();
  }
}

/** Answers with what was judged, whatever the name is: there is no second look-up. */
const judged =
  (addresses: readonly HostAddress[]): LookupFunction =>
  (_host, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };

function requireStatus({ statusCode = 0 }: IncomingMessage, isFine: (status: number) => boolean): void {
  if (statusCode >= 300 && statusCode < 400) throw new Hindrance('redirected');
  if (!isFine(statusCode)) throw new Hindrance('status');
}

/** `application/json` and the types made of it, such as `application/jwk-set+json` (RFC 6839 §3.1, RFC 7517 §8.5.2). */
const jsonType = /^application\/(?:[a-z0-9.-]+\+)?json[ \t]*(?:;|$)/i;

async function readJson(answer: IncomingMessage, limit: number): Promise<JsonValue> {
  requireStatus(answer, (status) => status === 200);
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = answer.headers;
  if (!jsonType.test(type) || coding.toLowerCase() !== 'identity') throw new Hindrance('media-type');
  const bytes = await readBytes(answer, limit);
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (thrown) {
    if (thrown instanceof JsonFault || thrown instanceof TypeError) throw new Hindrance('malformed', thrown);
    throw thrown;
  }
}

async function readBytes(answer: IncomingMessage, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('an answer without encoding comes in buffers');
    size += chunk.byteLength;
    if (size > limit) throw new Hindrance('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
