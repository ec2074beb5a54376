/**
 * What went wrong, with a code to `switch` over. Codes of the server pass through as they are; the client adds its own.
 * No token and no password is ever in a failure.
 */

/** Codes that the client itself gives. */
export type OwnCode =
  /** The server did not answer, or not usefully: tokens are kept, and trying again later makes sense. */
  | 'server_unreachable'
  /** There is no session: nobody signed in, they signed out, or the server refused to go on with it. Sign in. */
  | 'signed_out'
  /** `fetch` was asked to send the token to an origin that was not named. Nothing was sent. */
  | 'origin_not_allowed'
  /** The server answered something that is no answer of a Doorward server. */
  | 'answer_malformed'
  /** The store could not be read or written. `cause` is what it threw. */
  | 'store_failed'
  /** The request was answered 401, its body was a stream and is used up. The token has been refreshed: send it anew. */
  | 'body_not_repeatable'
  /** The client was closed. */
  | 'closed';

/** Codes of the server that sign-up and sign-in can meet. */
export type ServerCode =
  | 'attempts_exhausted'
  | 'factor_enrolment_required'
  | 'hashing_busy'
  | 'identifier_taken'
  | 'input_invalid'
  | 'internal'
  | 'mail_code_refused'
  | 'mail_off'
  | 'origin_refused'
  | 'password_common'
  | 'password_context'
  | 'password_malformed'
  | 'password_too_long'
  | 'password_too_short'
  | 'refresh_refused'
  | 'second_factor_refused'
  | 'second_factor_required'
  | 'sign_in_refused'
  | 'sign_up_closed'
  | 'store_unavailable'
  | 'ticket_over';

/** A code; open, because a younger server may know more of them. */
export type ClientFailureCode = OwnCode | ServerCode | (string & {});

/** One wrong input, as the server says it: the name of the field and a public sentence. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** The optional parts of a failure. */
export interface ClientFailureMore {
  readonly message?: string | undefined;
  readonly status?: number | undefined;
  readonly retryAfter?: number | undefined;
  readonly fields?: readonly FieldFault[];
  readonly decision?: string | undefined;
  readonly cause?: unknown;
}

/** Everything that the client throws. */
export class ClientFailure extends Error {
  readonly code: ClientFailureCode;
  /** The HTTP status of the server's answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Seconds after which a retry makes sense, where the server says so (`Retry-After`). */
  readonly retryAfter: number | undefined;
  /** Which inputs are wrong; empty for most codes. */
  readonly fields: readonly FieldFault[];
  /** The id under which the server's operator can look the refusal up. */
  readonly decision: string | undefined;

  constructor(code: ClientFailureCode, more: ClientFailureMore = {}) {
    super(more.message ?? code, { cause: more.cause });
    this.name = 'ClientFailure';
    this.code = code;
    this.status = more.status;
    this.retryAfter = more.retryAfter;
    this.fields = more.fields ?? [];
    this.decision = more.decision;
  }
}
