/**
 * fast-jwt (https://github.com/nearform/fast-jwt), with the cache that its documentation offers to those who are shown a token
 * again and again, and otherwise its defaults.
 */
import type { KeyObject } from 'node:crypto';
import { createVerifier } from 'fast-jwt';

/** Checks tokens of an issuer for an audience; throws for what does not hold. */
export const rememberingVerifier = (
  key: KeyObject,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): ((token: string) => unknown) =>
  createVerifier({
    key: key.export({ format: 'pem', type: 'spki' }),
    algorithms: ['EdDSA'],
    allowedIss: issuer,
    allowedAud: audience,
    cache: true,
  });
