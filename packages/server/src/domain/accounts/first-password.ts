/** The first password of an account that has signed in by other means so far. */
import { appendEvent } from '../events.ts';
import { requireStrongProof } from '../factors/factor-owner.ts';
import { fail } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import { checkNewPassword, preparePassword } from './password-policy.ts';
import { tellPasswordChanged } from './replace-password.ts';
import { passwordPolicy } from './sign-up.ts';

/** A first password, from a session. */
export interface FirstPassword {
  readonly session: Session;
  readonly newPassword: string;
  readonly network: string;
  /** Of the mail that tells of it. */
  readonly language: MailLanguage;
}

/**
 * Sets it; sessions go on. Throws `proof_too_old`, `proof_too_weak`, `password_exists` for an account that has one, the `password_…` failures,
 * `hashing_busy` and `store_unavailable`.
 */
export async function setFirstPassword(ports: Ports, input: FirstPassword): Promise<void> {
  const { store, clock, passwords } = ports;
  const { session, newPassword, network, language } = input;
  const { accountId } = session;
  await requireStrongProof(ports, session);
  const account = await store.read.accounts.find(accountId);
  if (!account) throw fail('not_found', { detail: { account: accountId } });
  if (await store.read.accounts.password(accountId)) throw exists(accountId);
  const password = preparePassword(newPassword);
  const context = [account.email, account.username, account.name].filter((word) => word !== undefined);
  await checkNewPassword(passwordPolicy(ports), { password, context });
  const phc = await passwords.hash(password, network);
  await store.transact(async (tx) => {
    const now = clock.now();
    // The account is found first: of two at once, the second looks when the first is done, on every database.
    const found = await tx.accounts.find(accountId);
    if (!found) throw fail('not_found', { detail: { account: accountId } });
    const told = { accountId, sessionId: session.id, actor: accountId, network };
    await appendEvent(tx, now, { type: 'password.set', ...told });
    if (await tx.accounts.password(accountId)) throw exists(accountId);
    await tx.accounts.setPassword({ accountId, phc, changedAt: now });
    await tellPasswordChanged(ports, tx, { account: found, network, language });
  });
}

const exists = (account: string): Error =>
  fail('password_exists', { detail: { check: 'password-exists', account } });
