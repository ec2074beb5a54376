/**
 * What a guard looks at in a request, whatever the framework calls it.
 */

/** A request as the guard reads it. */
export interface GuardRequest {
  readonly method: string;
  /**
   * The value of a header by its lower-case name. Where a header came twice, all values joined as RFC 9110 §5.3 says:
   * a reader that drops one of them hides a second credential.
   */
  header(name: string): string | undefined;
  /** The address of whoever sent the request; used only when `forwardPeer` is on. */
  readonly peer?: string | undefined;
}

/** Makes one kind of request of both that are accepted: a `GuardRequest` stays, a web `Request` is wrapped. */
export function readRequest(request: GuardRequest | Request): GuardRequest {
  if ('header' in request) return request;
  const { headers, method } = request;
  return { method, header: (name) => headers.get(name) ?? undefined };
}

/** The part of Node's `IncomingMessage` that is read; express and fastify have it too. */
export interface IncomingParts {
  readonly method?: string | undefined;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

/** Reads Node's raw headers: its parsed ones drop a second `Authorization` silently. */
export const readIncoming = (
  { method = '', rawHeaders }: IncomingParts,
  peer: string | undefined,
): GuardRequest => ({
  method,
  peer,
  header: (name) => {
    let joined: string | undefined;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const candidate = rawHeaders[at];
      if (candidate?.length !== name.length || candidate.toLowerCase() !== name) continue;
      const value = rawHeaders[at + 1] ?? '';
      joined = joined === undefined ? value : `${joined}${name === 'cookie' ? '; ' : ', '}${value}`;
    }
    return joined;
  },
});
