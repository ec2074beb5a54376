/**
 * What was refused or broke, in two halves that never mix: a public half (code and, where known, the field and
 * the seconds to wait) and a private `detail` for the operator.
 */
export class Failure<Code extends string = string> extends Error {
  /** The entry in the registry of failures. */
  readonly code: Code;
  /** For the operator alone: logs and sealed decisions. Never contains a credential. */
  readonly detail: Readonly<Record<string, FailureDetail>>;
  /** Which inputs are wrong and why; public. */
  readonly fields: readonly FieldFault[];
  /** Seconds after which a retry makes sense; public, sent as `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(code: Code, more: FailureMore = {}) {
    super(code, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Failure';
    this.code = code;
    this.detail = more.detail ?? {};
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter;
  }
}

/** One private fact beside a failure. */
export type FailureDetail = string | number | boolean | undefined;

/** One wrong input: its path in the body or query, and a public sentence. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** The optional parts of a failure. */
export interface FailureMore {
  readonly detail?: Readonly<Record<string, FailureDetail>>;
  readonly fields?: readonly FieldFault[];
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}
