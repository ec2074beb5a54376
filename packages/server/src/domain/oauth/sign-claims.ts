import { toBase64url, utf8 } from '../../base/bytes.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import type { SignedType } from '../keys/key-ring.ts';
import type { Ports } from '../ports.ts';
import type { SigningAlgorithm } from '../settings.ts';

/** What is signed. */
export interface ClaimsToSign {
  readonly type: SignedType;
  /** The setting's unless given. */
  readonly algorithm?: SigningAlgorithm | undefined;
  readonly claims: JsonObject;
}

/** A compact JWS of our own over some claims (RFC 7515 §7.1). The first of an algorithm makes its key. */
export async function signClaims(
  { keys }: Pick<Ports, 'keys'>,
  { type, algorithm, claims }: ClaimsToSign,
): Promise<string> {
  const key = algorithm === undefined ? keys.active() : await keys.ready(algorithm);
  const input = `${key.headerFor(type)}.${toBase64url(utf8(JSON.stringify(claims)))}`;
  return `${input}.${await key.sign(input)}`;
}
