/**
 * The registry of what a guard refuses: code → status → wire error → public sentence. A refusal is a fact inside the
 * guard; `answer` puts it into words for the caller.
 */

/** One kind of refusal. */
export interface FailureKind {
  /** HTTP status. */
  readonly status: 400 | 401 | 403 | 429 | 503;
  /** The error code of the challenge (RFC 6750 §3.1, RFC 9470 §3); none when nothing was presented. */
  readonly error?:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication';
  /** The public sentence; plain ASCII without quotes, because it stands in a header too (RFC 6750 §3). */
  readonly sentence: string;
  /** Seconds to wait, unless the refusal knows better. */
  readonly retryAfter?: number;
}

/** Every code that a guard can answer with. */
export const guardFailures = {
  request_malformed: {
    status: 400,
    error: 'invalid_request',
    sentence: 'The credential in this request cannot be read.',
  },
  credentials_missing: { status: 401, sentence: 'This needs a credential.' },
  credentials_invalid: {
    status: 401,
    error: 'invalid_token',
    sentence: 'The credential is not valid, or not any more.',
  },
  proof_too_old: {
    status: 401,
    error: 'insufficient_user_authentication',
    sentence: 'This needs a more recent sign-in.',
  },
  origin_refused: { status: 403, sentence: 'Requests from other sites are not accepted here.' },
  scope_missing: {
    status: 403,
    error: 'insufficient_scope',
    sentence: 'The credential does not permit this.',
  },
  role_missing: { status: 403, sentence: 'The account does not have the role that this needs.' },
  attempts_exhausted: { status: 429, sentence: 'Too many attempts. Try again later.' },
  server_unavailable: {
    status: 503,
    sentence: 'The credential cannot be checked at the moment.',
    retryAfter: 2,
  },
} as const satisfies Readonly<Record<string, FailureKind>>;

/** A code of the registry. */
export type GuardFailureCode = keyof typeof guardFailures;

/** Why a credential is refused, before it is put into words for the caller. */
export interface Refusal {
  readonly code: GuardFailureCode;
  /** For the operator alone: which check failed. Never holds a credential. */
  readonly detail: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Seconds after which a retry makes sense; sent as `Retry-After`. */
  readonly retryAfter?: number | undefined;
  /** Scopes that are needed; named in the challenge (RFC 6750 §3). */
  readonly scopes?: readonly string[] | undefined;
  /** The server's sealed record of its refusal, for `doorward why`; public. */
  readonly decision?: string | undefined;
  /** Seconds that may have passed since the proof; named in the challenge (RFC 9470 §3). */
  readonly maxAge?: number | undefined;
}

/** Makes a refusal. `check` names, for the operator, the rule that was not met. */
export const refuse = (
  code: GuardFailureCode,
  check: string,
  more: Partial<Omit<Refusal, 'code'>> = {},
): Refusal => ({ ...more, code, detail: { check, ...more.detail } });

/** Tells a refusal from a principal. */
export const isRefusal = (outcome: object): outcome is Refusal => 'code' in outcome;
