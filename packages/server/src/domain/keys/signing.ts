/**
 * What one signing makes: a signature, and perhaps an ID token that names by its hash the token which the signature makes
 * whole (OpenID Connect Core §3.1.3.6).
 */
import { toBase64url, utf8 } from '../../base/bytes.ts';
import { namingToken } from '../../protocol/oauth/id-token.ts';
import type { SigningAlgorithm } from '../settings.ts';

/** A token that is to be signed. */
export interface TokenDraft {
  /** The encoded header. */
  readonly header: string;
  /** JSON text. */
  readonly claims: string;
}

/** What is to be signed under one key. */
export interface Signing {
  readonly text: string;
  /** An ID token that is to name the token of `text`. */
  readonly beside?: TokenDraft | undefined;
}

/** The signature over the text, and the ID token where one was asked for. */
export type Signed = readonly [signature: string, idToken?: string];

/** What a signature covers (RFC 7515 §5.1). */
export const signingInput = ({ header, claims }: TokenDraft): string =>
  `${header}.${toBase64url(utf8(claims))}`;

/** What the signature of an ID token covers which names a token. */
export const besideInput = (
  { header, claims }: TokenDraft,
  token: string,
  algorithm: SigningAlgorithm,
): string => signingInput({ header, claims: namingToken(claims, token, algorithm) });

/** Signs both at once by a way of signing. */
export function signedBy(
  sign: (text: string) => string,
  { text, beside }: Signing,
  algorithm: SigningAlgorithm,
): Signed {
  const signature = sign(text);
  if (!beside) return [signature];
  const input = besideInput(beside, `${text}.${signature}`, algorithm);
  return [signature, `${input}.${sign(input)}`];
}
