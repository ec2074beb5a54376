import { type IdTokenAlgorithm, tokenHash } from '../../protocol/oauth/id-token.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import type { SignedType, SigningKey } from '../keys/key-ring.ts';
import { signingInput, type TokenDraft } from '../keys/signing.ts';
import type { Ports } from '../ports.ts';
import type { SigningAlgorithm } from '../settings.ts';

/** What is signed. */
export interface ClaimsToSign {
  readonly type: SignedType;
  /** The setting's unless given. */
  readonly algorithm?: SigningAlgorithm | undefined;
  readonly claims: JsonObject;
}

/** A compact JWS of our own over some claims (RFC 7515 §7.1). A key that is missing is made. */
export async function signClaims(
  { keys }: Pick<Ports, 'keys'>,
  { type, algorithm, claims }: ClaimsToSign,
): Promise<string> {
  const key = algorithm === undefined ? keys.active() : await keys.ready(algorithm);
  const input = signingInput(draft(key, { type, claims }));
  return `${input}.${await key.sign(input)}`;
}

const draft = (key: SigningKey, { type, claims }: ClaimsToSign): TokenDraft => ({
  header: key.headerFor(type),
  claims: JSON.stringify(claims),
});

/** Claims of an ID token that do not name its access token yet. */
export interface IdTokenToSign extends ClaimsToSign {
  readonly algorithm: IdTokenAlgorithm;
}

/** Signs an access token and the ID token that names it (OpenID Connect Core §3.1.3.6): in one go, where one key signs both. */
export async function signBoth(
  ports: Pick<Ports, 'keys'>,
  access: ClaimsToSign,
  idToken: IdTokenToSign,
): Promise<readonly [accessToken: string, idToken: string]> {
  const key = ports.keys.active(access.algorithm);
  if (key.algorithm === idToken.algorithm) return key.signBoth(draft(key, access), draft(key, idToken));
  const accessToken = await signClaims(ports, access);
  const claims = { ...idToken.claims, at_hash: tokenHash(accessToken, idToken.algorithm) };
  return [accessToken, await signClaims(ports, { ...idToken, claims })];
}
