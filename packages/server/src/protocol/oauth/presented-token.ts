/**
 * Where a request for a protected resource of ours shows its access token: in the `Authorization` header as a bearer
 * token (RFC 6750 §2.1) or with a proof (RFC 9449 §7.1), or in a form body (RFC 6750 §2.2); never in the query.
 */
import { parseAuthorization } from '../authorization-header.ts';
import { OAuthFault } from './error.ts';
import type { OAuthParameters } from './parameters.ts';

/** A token and how it was shown. */
export interface PresentedToken {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string;
}

/** Where a token may stand. */
export interface TokenPlaces {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** Those of a form body; undefined when there is none. */
  readonly body: OAuthParameters | undefined;
}

/** RFC 6750 §2.1, b64token, after the scheme of RFC 9449 §7.1. */
const dpop = /^dpop ([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The one token of a request, or undefined when it shows none. Throws `invalid_request` when it shows two, or a header
 * that cannot be read (RFC 6750 §3.1).
 */
export function parsePresentedToken({ authorization, body }: TokenPlaces): PresentedToken | undefined {
  const inBody = body?.values.get('access_token');
  if (authorization === undefined)
    return inBody === undefined ? undefined : { scheme: 'Bearer', token: inBody };
  if (inBody !== undefined) throw refused('The request shows two access tokens.');
  const bound = dpop.exec(authorization)?.[1];
  if (bound !== undefined) return { scheme: 'DPoP', token: bound };
  const read = parseAuthorization(authorization);
  if (read?.scheme !== 'bearer') throw refused('The authorization header holds no access token.');
  return { scheme: 'Bearer', token: read.token };
}

const refused = (description: string): OAuthFault =>
  new OAuthFault('invalid_request', description, { parameter: 'access_token' });
