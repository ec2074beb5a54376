/**
 * What works once: the `jti` of a client assertion (RFC 7523 §3) and of a proof of possession (RFC 9449 §11.1). It is
 * remembered for as long as it would be good, by all processes together.
 */
import { hash } from 'node:crypto';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { Transaction } from '../store.ts';

/** Something that was proven good and has to be used up. */
export interface OneUse {
  readonly kind: 'dpop' | 'assertion';
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The use of a `jti`, which is unique for its owner: a client or a key. `forgetAt` is seconds since 1970. */
export const oneUse = (
  kind: OneUse['kind'],
  owner: string,
  { jti, forgetAt }: { readonly jti: string; readonly forgetAt: number },
): OneUse => ({
  kind,
  digest: hash('sha256', JSON.stringify([owner, jti]), 'base64url'),
  expiresAt: forgetAt * 1000,
});

/** Uses them up inside a transaction; answers the fault of the first that was used before. */
export async function useUp(tx: Transaction, uses: readonly OneUse[]): Promise<OAuthFault | undefined> {
  for (const use of uses) if (!(await tx.replays.see(use))) return replayed(use);
  return undefined;
}

const replayed = ({ kind }: OneUse): OAuthFault =>
  kind === 'dpop'
    ? new OAuthFault('invalid_dpop_proof', 'The proof is not good for this request.', {
        parameter: 'DPoP',
        check: 'dpop-replayed',
      })
    : new OAuthFault('invalid_client', 'The client is not proven.', {
        parameter: 'client_assertion',
        check: 'assertion-replayed',
      });
