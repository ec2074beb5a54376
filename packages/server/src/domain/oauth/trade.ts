/**
 * What every grant of the token endpoint is given, and the one transaction in which it does its work.
 */
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { TokenRequest } from '../../protocol/oauth/token-request.ts';
import type { TokenParts } from '../../protocol/oauth/token-response.ts';
import type { Client } from '../clients/client.ts';
import { isFailure } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import { type OneUse, useUp } from './seen-once.ts';

/** A token request whose client is proven and may use the grant. */
export interface Trade<Request extends TokenRequest = TokenRequest> {
  readonly client: Client;
  readonly request: Request;
  /** The proven key that the tokens are to be bound to (RFC 9449 §5); empty when there is none. */
  readonly thumbprint: string;
  /** What proved client and key, to be used up with the grant. */
  readonly uses: readonly OneUse[];
  readonly network: string;
}

/** Trades a grant for tokens. Throws OAuthFault and `store_unavailable`. */
export type Grant<Request extends TokenRequest> = (
  ports: Ports,
  trade: Trade<Request>,
) => Promise<TokenParts>;

/**
 * Runs the transaction of a grant and uses up what proved its request, also when the grant is refused: what was shown once
 * is never good again. `work` refuses by what it returns, or by an OAuthFault that it throws before it has written
 * anything.
 */
export async function settle<Result extends object>(
  { store }: Pick<Ports, 'store'>,
  { client, uses }: Pick<Trade, 'client' | 'uses'>,
  work: (tx: Transaction) => Promise<Result | OAuthFault>,
): Promise<Result> {
  try {
    const outcome = await store.transact(async (tx) => (await useUp(tx, uses)) ?? attempt(tx, work));
    if (outcome instanceof OAuthFault) throw outcome;
    return outcome;
  } catch (thrown) {
    // Nothing can be written for a client that was taken away since it was proven, nor need be.
    if (isFailure(thrown) || thrown instanceof OAuthFault || (await store.read.clients.find(client.id)))
      throw thrown;
    throw new OAuthFault('invalid_client', 'The client is not proven.', { check: 'client-unknown' });
  }
}

async function attempt<Result>(
  tx: Transaction,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result | OAuthFault> {
  try {
    return await work(tx);
  } catch (thrown) {
    if (thrown instanceof OAuthFault) return thrown;
    throw thrown;
  }
}

/** A grant that does not hold (RFC 6749 §5.2); one public sentence for all checks. */
export const badGrant = (check: string): OAuthFault =>
  new OAuthFault('invalid_grant', 'The grant is not good, or not for this client.', { check });
