import { appendEvent } from '../events.ts';
import { requireStrongProof } from '../factors/factor-owner.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import type { Account, Identifier } from './account.ts';
import { parseEmail, parseUsername } from './identifier.ts';
import { emailRule, usernameRule } from './sign-up.ts';

/** What may be changed of an account by its owner; null takes an identifier away. */
export interface AccountChange {
  readonly name?: string | undefined;
  readonly email?: string | null | undefined;
  readonly username?: string | null | undefined;
}

/** Whose account is changed, by whom. */
export interface AccountChanging {
  readonly accountId: string;
  readonly change: AccountChange;
  readonly actor: string;
  readonly network: string;
}

/** A change by the owner, from a session. */
export interface OwnChange {
  readonly session: Session;
  readonly change: AccountChange;
  readonly network: string;
}

/**
 * Changes one's own name and identifiers. Where mail can be sent, an address changes by the proof of its mailbox and not here.
 * Throws what `changeAccountWithin` throws, `proof_too_old` and `proof_too_weak` for another address or username, and
 * `mailbox_unproven`.
 */
export async function changeOwnAccount(
  ports: Ports,
  { session, change, network }: OwnChange,
): Promise<Account> {
  const { accountId } = session;
  const asked = withoutKept(await ports.store.read.accounts.find(accountId), change);
  // Either is a way in, and an address is a way to a new password.
  if (asked.email !== undefined || asked.username !== undefined) await requireStrongProof(ports, session);
  if (typeof asked.email === 'string' && ports.mail !== 'off')
    throw fail('mailbox_unproven', { detail: { check: 'mailbox-unproven', account: accountId } });
  return ports.store.transact((tx) =>
    changeAccountWithin(ports, tx, { accountId, change: asked, actor: accountId, network }),
  );
}

/** What is left of a change without what stays as it is: a form that sends back what it was shown changes nothing by that. */
const withoutKept = (
  account: Account | undefined,
  { name, email, username }: AccountChange,
): AccountChange => ({
  name,
  email: email === account?.email ? undefined : email,
  username: username === account?.username ? undefined : username,
});

/**
 * Changes name and identifiers inside a transaction; an address that was not this account's is unproven. Throws `not_found`,
 * `input_invalid` (also when no identifier would remain) and `identifier_taken`; then nothing was changed.
 */
export async function changeAccountWithin(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  { accountId, change, actor, network }: AccountChanging,
): Promise<Account> {
  const now = clock.now();
  const before = await tx.accounts.find(accountId);
  if (!before) throw fail('not_found', { detail: { account: accountId } });
  await changeIdentifier(tx, before, { kind: 'email', typed: change.email });
  if (change.email !== undefined) await tx.mailTickets.voidOf(accountId, now + 1);
  await changeIdentifier(tx, before, { kind: 'username', typed: change.username });
  await tx.accounts.update(accountId, {
    ...(change.name === undefined ? {} : { name: change.name }),
    updatedAt: now,
  });
  const after = await tx.accounts.find(accountId);
  if (!after || (after.email === undefined && after.username === undefined)) {
    throw fail('input_invalid', {
      fields: [{ field: 'email', message: 'An e-mail address or a username must remain.' }],
    });
  }
  const changed = (['name', 'email', 'username'] as const).filter((field) => before[field] !== after[field]);
  if (changed.length > 0) {
    const data = { fields: changed.join(' ') };
    await appendEvent(tx, now, { type: 'account.changed', accountId, actor, network, data });
  }
  return after;
}

async function changeIdentifier(
  tx: Transaction,
  { id, email, emailVerifiedAt }: Account,
  { kind, typed }: { kind: Identifier['kind']; typed: string | null | undefined },
): Promise<void> {
  if (typed === undefined) return;
  if (typed === null) return tx.accounts.removeIdentifier(id, kind);
  const identifier = kind === 'email' ? parseEmail(typed) : parseUsername(typed);
  if (!identifier) {
    throw fail('input_invalid', {
      fields: [{ field: kind, message: kind === 'email' ? emailRule : usernameRule }],
    });
  }
  const isSame =
    kind === 'email' && email !== undefined && parseEmail(email)?.canonical === identifier.canonical;
  const verifiedAt = isSame ? emailVerifiedAt : 0;
  if (!(await tx.accounts.setIdentifier(id, { ...identifier, verifiedAt }))) throw fail('identifier_taken');
}
