/**
 * The global fetch with the token: to named origins alone, and with one repetition when the token is refused.
 */
import { ClientFailure } from './failure.ts';
import type { Held } from './held.ts';

/** What an authorized fetch takes. */
export interface AuthorizedFetchOptions {
  /** The only places that the token may go to. */
  readonly origins: ReadonlySet<string>;
  /** The origin among them whose silence is `server_unreachable`. */
  readonly home: string;
  readonly fetch: typeof globalThis.fetch;
  /** A session whose token is not about to end. */
  readonly fresh: () => Promise<Held>;
  /** What comes after a session whose token was refused. */
  readonly renew: (refused: Held) => Promise<Held>;
}

/** Challenges that no new token answers: more proof or more scope is wanted (RFC 9470 §3, RFC 6750 §3.1). */
const notTheToken = /error="?insufficient_/;

/** Makes the `fetch` of a client. */
export function authorizedFetch(options: AuthorizedFetchOptions): typeof globalThis.fetch {
  const { origins, home, fetch, fresh, renew } = options;
  // A new token that is refused as well shows that refreshing does not help, until there is another one.
  let vain: string | undefined;
  return async (input, init) => {
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    if (!origins.has(origin)) throw new ClientFailure('origin_not_allowed');
    // Some Workers give a request no signal unless the caller did.
    const signal: AbortSignal | null = request.signal;
    signal?.throwIfAborted();
    const send = async (bearer: Request): Promise<Response> => {
      try {
        return await fetch(bearer);
      } catch (cause) {
        if (origin !== home || signal?.aborted) throw cause;
        throw new ClientFailure('server_unreachable', { cause });
      }
    };
    const again = repetition(request, input, init);
    const held = await unlessAborted(signal, fresh());
    const response = await send(bearing(request, held));
    const challenge = response.headers.get('www-authenticate') ?? '';
    if (response.status !== 401 || held.accessToken === vain || notTheToken.test(challenge)) return response;
    await response.body?.cancel();
    const next = await unlessAborted(signal, renew(held));
    if (!again) throw new ClientFailure('body_not_repeatable', { status: 401 });
    const final = await send(bearing(again(), next));
    if (final.status === 401) vain = next.accessToken;
    return final;
  };
}

/** Waits for what is done for all, until this caller has enough; it goes on for the others. */
async function unlessAborted<T>(signal: AbortSignal | null, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason as Error);
  });
  signal?.addEventListener('abort', stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** How to make the request once more; undefined when its body can be read only once. */
function repetition(
  request: Request,
  input: string | URL | Request,
  init: RequestInit | undefined,
): (() => Request) | undefined {
  if (init?.body instanceof ReadableStream) return undefined;
  if (!(input instanceof Request) || !request.body || init?.body) return () => new Request(input, init);
  // The given request is used up by the first one made of it, so a copy is taken while it can be.
  const copy = request.clone();
  return () => copy;
}

function bearing(request: Request, { accessToken }: Held): Request {
  request.headers.set('authorization', `Bearer ${accessToken}`);
  return request;
}
