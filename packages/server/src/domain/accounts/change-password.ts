import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import { restore } from '../sessions/attempt-budget.ts';
import { completeSignIn, type SignedIn } from '../sessions/complete-sign-in.ts';
import { endAllSessions } from '../sessions/end-session.ts';
import { proveCurrent } from '../sessions/prove-password.ts';
import type { Session } from '../sessions/session.ts';
import type { Carrier, SessionCarrier } from '../tokens/carrier.ts';
import { checkNewPassword, preparePassword } from './password-policy.ts';
import { tellPasswordChanged } from './replace-password.ts';
import { passwordPolicy } from './sign-up.ts';

/** A change of password by the owner, from a session. */
export interface PasswordChange {
  readonly session: Session;
  /** By which the session was presented. */
  readonly carrier: Carrier;
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly network: string;
  /** Of the mail that tells of it. */
  readonly language: MailLanguage;
}

/**
 * Changes the password. All sessions end, and the asking one goes on as a new one in the same carrier: a change of
 * privilege changes the session id (ASVS 7.2.4). Throws `carrier_refused` for a carrier that cannot carry the new session,
 * `current_password_wrong`, `attempts_exhausted`, the `password_…` failures, `hashing_busy` and `store_unavailable`.
 */
export async function changePassword(ports: Ports, input: PasswordChange): Promise<SignedIn> {
  const { store, clock, passwords } = ports;
  const { session, network, carrier } = input;
  if (!issues(carrier))
    throw fail('carrier_refused', { detail: { check: 'carrier', carrier: carrier.name } });
  const accountId = session.accountId;
  const { phc: from, charges } = await proveCurrent(ports, input);
  await store.transact((tx) => restore(tx, charges));
  const to = await passwords.hash(await acceptable(ports, input), network);
  const pending = await store.transact(async (tx) => {
    // Compare-and-swap: of two changes at once, one finds the hash it proved gone.
    if (!(await tx.accounts.replaceHash(accountId, from, to))) {
      const detail = { check: 'password-changed-meanwhile', account: accountId };
      throw fail('current_password_wrong', { detail });
    }
    await tx.accounts.setPassword({ accountId, phc: to, changedAt: clock.now() });
    const ending = { by: accountId, reason: 'password-changed', network } as const;
    await endAllSessions(ports, tx, { accountId, ending });
    await tx.mailTickets.voidOf(accountId, clock.now() + 1);
    await appendEvent(tx, clock.now(), {
      type: 'password.changed',
      accountId,
      sessionId: session.id,
      actor: accountId,
      network,
    });
    const account = await tx.accounts.find(accountId);
    if (account) await tellPasswordChanged(ports, tx, { account, network, language: input.language });
    const { clientName } = session;
    // A password is often changed because somebody else had it, who may have had a browser remembered.
    await tx.rememberedDevices.deleteAll(accountId);
    const plan = { accountId, carrier, amr: 'pwd', network, clientName, phc: to };
    // With a second factor the password alone makes nothing new: the session states what it did, and no younger proof.
    return completeSignIn(ports, tx, { ...plan, continues: session });
  });
  ports.tally.revoked();
  return { session: pending.session, account: pending.account, delivery: await pending.deliver() };
}

const issues = (carrier: Carrier): carrier is SessionCarrier => 'issue' in carrier;

async function acceptable(ports: Ports, { session, newPassword }: PasswordChange): Promise<string> {
  const account = await ports.store.read.accounts.find(session.accountId);
  if (!account) throw fail('not_found');
  const password = preparePassword(newPassword);
  const context = [account.email, account.username, account.name].filter((word) => word !== undefined);
  await checkNewPassword(passwordPolicy(ports), { password, context });
  return password;
}
