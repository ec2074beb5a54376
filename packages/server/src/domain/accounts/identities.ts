/**
 * The identities of an account: link, list, unlink. Only somebody who has just proven to be its owner links another way in,
 * and nobody takes away the last one.
 */
import { uuidv7 } from '../../base/uuid.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { sessionFault } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import type { Identity } from '../upstream/identity.ts';
import type { OutsideAccount } from '../upstream/upstream.ts';

/** An identity that is to be an account's. */
export interface NewIdentity {
  readonly accountId: string;
  readonly outside: OutsideAccount;
  readonly network: string;
}

/** Writes an identity with its event. Throws `identity_taken` when it is linked already. */
export async function addIdentity(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  { accountId, outside, network }: NewIdentity,
): Promise<void> {
  const now = clock.now();
  const { issuer, subject, label } = outside;
  const id = uuidv7(now);
  const identity: Identity = { id, issuer, subject, accountId, label, createdAt: now, usedAt: 0 };
  if (!(await tx.identities.insert(identity))) {
    // Somebody linked it between looking and writing, perhaps to this very account.
    if ((await tx.identities.find(issuer, subject))?.accountId === accountId) return;
    throw fail('identity_taken', { detail: { check: 'identity-linked', issuer } });
  }
  const data = { identity: id, issuer };
  await appendEvent(tx, now, { type: 'identity.linked', accountId, actor: accountId, network, data });
}

/**
 * Links whom a provider has proven to the account of the session that began this. Linking what is linked already changes
 * nothing. Throws `authorization_over` when the session has ended meanwhile, `identity_taken` when another account has
 * the identity.
 */
export async function linkIdentity(
  ports: Ports,
  { sessionId, ...link }: Omit<NewIdentity, 'accountId'> & { readonly sessionId: string },
): Promise<void> {
  const { store, settings, clock } = ports;
  await store.transact(async (tx) => {
    const session = await tx.sessions.find(sessionId);
    const fault = session && sessionFault(session, settings, clock.now());
    if (!session || fault) throw fail('authorization_over', { detail: { check: 'session-over', ...fault } });
    const { accountId } = session;
    const standing = await tx.identities.find(link.outside.issuer, link.outside.subject);
    if (standing?.accountId !== accountId) await addIdentity(ports, tx, { accountId, ...link });
  });
}

/**
 * Unlinks an identity of an account. Throws `not_found` when the account has no such identity, whoever else's it may be, and
 * `last_way_in` when neither a password nor another identity would be left.
 */
export async function unlinkIdentity(
  { store, clock, upstream }: Ports,
  { accountId, identityId, network }: { accountId: string; identityId: string; network: string },
): Promise<void> {
  await store.transact(async (tx) => {
    const now = clock.now();
    // The account is found first: of two at once, the second looks when the first is done, on every database.
    await tx.accounts.find(accountId);
    const data = { identity: identityId };
    await appendEvent(tx, now, { type: 'identity.unlinked', accountId, actor: accountId, network, data });
    if (!(await tx.identities.delete(identityId, accountId)))
      throw fail('not_found', { detail: { identity: identityId } });
    const left = (await tx.identities.list(accountId)).some(({ issuer }) => upstream.trusts(issuer));
    if (!left && !(await tx.accounts.password(accountId)))
      throw fail('last_way_in', { detail: { check: 'last-way-in', account: accountId } });
  });
}
