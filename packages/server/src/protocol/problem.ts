import type { FieldFault } from '../base/failure.ts';

/*
 * The document in which a failure is told to the caller (RFC 9457). Everything in it is public.
 */

/** The media type of the document (RFC 9457 §3). */
export const problemMediaType = 'application/problem+json';

/** A problem document (RFC 9457 §3.1), with the members that we add (§3.2). */
export interface ProblemDetails {
  /** A relative reference to the failure's entry in the guide. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The entry in the registry of failures. */
  readonly code: string;
  /** The id of the decision that refused, for the operator to look up. */
  readonly decision?: string;
  /** Seconds after which a retry makes sense; the same as `Retry-After`. */
  readonly retry_after?: number;
  /** Which inputs are wrong. */
  readonly errors?: readonly FieldFault[];
}

/** What a problem document is built from. */
export interface ProblemParts {
  /** The HTTP status. */
  readonly status: number;
  readonly code: string;
  /** The public sentence of the failure; the same for every occurrence. */
  readonly title: string;
  /** A public sentence about this occurrence. */
  readonly detail?: string | undefined;
  readonly decision?: string | undefined;
  readonly fields?: readonly FieldFault[] | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

/**
 * Builds a problem document (RFC 9457 §3.1). Members without a value are left out. Of each field fault only
 * `field` and `message` are told, so nothing private travels along.
 */
export function problemDetails(parts: ProblemParts): ProblemDetails {
  const { status, code, title, detail, decision, fields = [], retryAfter } = parts;
  return {
    type: `/docs/failures#${encodeURIComponent(code)}`,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    code,
    ...(decision === undefined ? {} : { decision }),
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(fields.length === 0 ? {} : { errors: fields.map(({ field, message }) => ({ field, message })) }),
  };
}
