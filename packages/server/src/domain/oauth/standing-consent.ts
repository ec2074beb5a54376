import type { Client } from '../clients/client.ts';
import type { Session } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import type { Grant } from './grant.ts';

/** What an account has allowed a client. */
export interface Allowance {
  readonly client: Pick<Client, 'id'>;
  readonly session: Pick<Session, 'accountId'>;
  /** When the grant began; 0 when none was looked at. */
  readonly grantedAt: number;
}

/**
 * The grant that something rests on still; undefined when it was withdrawn. One that began at another time is another
 * consent. A withdrawal at the same time has been seen, or waits for this transaction and ends what it gives.
 */
export async function standingConsent(
  tx: Pick<Transaction, 'grants'>,
  { client, session, grantedAt }: Allowance,
): Promise<Grant | undefined> {
  const grant = await tx.grants.find(session.accountId, client.id);
  return grant && (grantedAt === 0 || grant.createdAt === grantedAt) ? grant : undefined;
}
