/** What every carrier of a session ends with. */
import type { Proof, Refusal } from 'doorward';

/** What a session in Doorward's store proves now (milliseconds since 1970), if it is known and alive. */
export function proofOf(session: Proof['session'], now: number): Proof | Refusal {
  if (!session) return { refused: { check: 'session-unknown' } };
  if (session.ended) return { refused: { check: 'session-ended' } };
  if (now >= session.expiresAt) return { refused: { check: 'session-expired' } };
  if (session.accountStatus !== 'active') return { refused: { check: 'account-disabled' } };
  const { accountId, accountName, roles, provenAt, amr } = session;
  return { accountId, accountName, roles, session, scopes: undefined, provenAt, amr };
}
