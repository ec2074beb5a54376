/**
 * Answers of the authorization endpoint (RFC 6749 §4.1.2, RFC 9207): fields that travel in the query of the redirect
 * URI or in a form that the browser posts to it. Whoever calls has proven client and URI.
 */
import type { ResponseMode } from './authorization-request.ts';
import { OAuthFault } from './error.ts';

/** Where an answer goes and what it must repeat. */
export interface AnswerTarget {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  /** Returned letter by letter. */
  readonly state?: string | undefined;
}

/** An answer, ready to be sent. */
export interface AuthorizationAnswer {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** What an answer tells. */
export interface AnswerParts {
  /** RFC 9207 §2: it is in every answer, so that no other server can be taken for us. */
  readonly issuer: string;
  readonly target: AnswerTarget;
  /** The code, or what is wrong. */
  readonly outcome: { readonly code: string } | OAuthFault;
}

/** The answer to an authorization request (RFC 6749 §4.1.2, §4.1.2.1). */
export function authorizationAnswer({ issuer, target, outcome }: AnswerParts): AuthorizationAnswer {
  const { redirectUri, responseMode, state } = target;
  const told: [string, string][] =
    outcome instanceof OAuthFault
      ? [
          ['error', outcome.error],
          ['error_description', outcome.description],
        ]
      : [['code', outcome.code]];
  const repeated: [string, string][] = state === undefined ? [] : [['state', state]];
  return { redirectUri, responseMode, fields: [...told, ...repeated, ['iss', issuer]] };
}

/**
 * An address with fields added to its query; what stands there stays as it is (RFC 6749 §3.1.2, Appendix B). The address
 * has no fragment.
 */
export function withFields(uri: string, fields: AuthorizationAnswer['fields']): string {
  if (fields.length === 0) return uri;
  const query = fields.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const joint = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&';
  return uri + joint + query;
}

/** RFC 3986 §2.1; a space becomes %20, which readers of forms and of URIs understand alike. */
const encode = (text: string): string => encodeURIComponent(text);
