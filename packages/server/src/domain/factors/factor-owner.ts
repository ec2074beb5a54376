/**
 * Who may change the factors of an account: its owner, whom a session or a sign-in under way has proven lately, and by as
 * much as the account has (NIST SP 800-63B-4 §4.1.2).
 */
import { fail } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { Reads } from '../store.ts';
import { type HeldFactors, hasFactor } from './factor.ts';
import { isTwoFactor } from './strength.ts';

/** Seconds for which a proof is good enough to change how an account is proven. */
const recentSeconds = 300;

/** The owner of an account, and how they are proven. */
export interface FactorOwner {
  readonly accountId: string;
  /** The session that asks; empty in a sign-in under way. */
  readonly sessionId: string;
  /** By what they were proven. */
  readonly amr: string;
  /** When, milliseconds since 1970. */
  readonly provenAt: number;
  readonly network: string;
  /** Of the mail that tells of it. */
  readonly language: MailLanguage;
}

/** The owner of an account as a session proves them. */
export const ownerBySession = (
  { id: sessionId, accountId, amr, provenAt }: Session,
  at: Pick<FactorOwner, 'network' | 'language'>,
): FactorOwner => ({ accountId, sessionId, amr, provenAt, ...at });

/** Throws `proof_too_old` unless it was proven lately who holds the session (ASVS 7.5.1). */
function requireRecentProof(
  { clock }: Pick<Ports, 'clock'>,
  { accountId, provenAt }: Pick<FactorOwner, 'accountId' | 'provenAt'>,
): void {
  const age = clock.now() - provenAt;
  if (age <= recentSeconds * 1000) return;
  const detail = { check: 'proof-age', account: accountId, age_seconds: Math.round(age / 1000) };
  throw fail('proof_too_old', { detail });
}

/**
 * Whether the owner may change factors now; answers what the account has. Throws `proof_too_old`, and `proof_too_weak` where
 * the account has a second factor and was proven without it: else whoever has the password alone could take it away.
 */
export async function mayChangeFactors(
  ports: Pick<Ports, 'clock'>,
  { accounts, factors }: Pick<Reads, 'accounts' | 'factors'>,
  owner: Pick<FactorOwner, 'accountId' | 'amr' | 'provenAt'>,
): Promise<HeldFactors> {
  requireRecentProof(ports, owner);
  // Found first, or a factor could come to be beside us while we count.
  if (!(await accounts.find(owner.accountId)))
    throw fail('not_found', { detail: { account: owner.accountId } });
  const held = await factors.held(owner.accountId);
  if (hasFactor(held) && !isTwoFactor(owner.amr))
    throw fail('proof_too_weak', { detail: { check: 'proof-strength', account: owner.accountId } });
  return held;
}

/** Throws `proof_too_old` and `proof_too_weak` unless the session was proven lately by as much as its account has. */
export const requireStrongProof = async (
  ports: Pick<Ports, 'clock' | 'store'>,
  session: Session,
): Promise<void> => void (await mayChangeFactors(ports, ports.store.read, session));
