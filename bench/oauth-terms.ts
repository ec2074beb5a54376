/**
 * What both authorization servers are told alike, so that they do the same work: who asks, for what, and how it is proven.
 */
import { createHash } from 'node:crypto';

/** Where codes are sent to. */
export const redirectUri = 'https://app.example/callback';

/** The API that signed access tokens are for (RFC 8707). */
export const resource = 'https://reports.example/api';

/** The scope that means something to that API. */
export const resourceScope = 'reports:read';

/** What a person has allowed: an ID token and a refresh token beside the access token. */
export const scopes = ['openid', 'offline_access', resourceScope] as const;

/** PKCE (RFC 7636): the verifier. */
export const verifier = 'a-verifier-of-43-letters-at-least-0123456789';

/** Its S256 challenge. */
export const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Both sign by it. */
export const algorithm = 'EdDSA';

/** Seconds that a code lives in a bench: codes are made before the rounds begin. */
export const codeLife = 3600;

/** Header of a client that proves itself by its secret (RFC 6749 §2.3.1). */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
