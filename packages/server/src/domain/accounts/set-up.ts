/**
 * The set-up link: how the first administrator comes to be. Whoever reads the server's own output may use it once,
 * within 30 minutes; there is no default password, and being first makes nobody an administrator.
 */
import { uuidv7 } from '../../base/uuid.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Account } from './account.ts';
import { type AccountDraft, insertAccount, readyAccount } from './sign-up.ts';

/** Seconds that a set-up link can be used. */
export const setUpSeconds = 1800;

/** The role that the link gives. A role like any other, made by the first migration. */
const administratorRole = 'admin';

/** Offers a new link for the operator, who may want another administrator, and voids the one before; returns the secret part. */
export async function offerSetUp({ store, clock, handles }: Ports): Promise<string> {
  const now = clock.now();
  const handle = handles.mint('set-up', uuidv7(now));
  const { locator: id, digest } = handle;
  await store.transact(async (tx) => {
    await tx.setUps.offer({ id, digest, expiresAt: now + setUpSeconds * 1000 });
    await appendEvent(tx, now, { type: 'set-up.offered', actor: 'operator' });
  });
  return handle.text;
}

/** The same at the start of a server, which offers none once somebody is an administrator: undefined then. */
export async function offerFirstSetUp({ store, clock, handles }: Ports): Promise<string | undefined> {
  if (await store.read.accounts.roleHeld(administratorRole)) return undefined;
  const now = clock.now();
  const handle = handles.mint('set-up', uuidv7(now));
  return store.transact(async (tx) => {
    // Whoever uses a link of another process at this moment is waited for here, and seen after it.
    const { locator: id, digest } = handle;
    await tx.setUps.offer({ id, digest, expiresAt: now + setUpSeconds * 1000 });
    if (await tx.accounts.roleHeld(administratorRole)) {
      await tx.setUps.consume({ id, digest, now });
      return undefined;
    }
    await appendEvent(tx, now, { type: 'set-up.offered', actor: 'system' });
    return handle.text;
  });
}

/**
 * Uses the link: makes an account with the administrator's role. A refused password or name does not use it up.
 * Throws `set_up_link_invalid`, `input_invalid`, the `password_…` failures, `identifier_taken`, `hashing_busy`.
 */
export async function useSetUp(
  ports: Ports,
  { link, ...draft }: AccountDraft & { readonly link: string },
): Promise<Account> {
  const { handles, clock, passwords, store } = ports;
  const handle = handles.read('set-up', link);
  if (!handle) throw fail('set_up_link_invalid', { detail: { check: 'handle-forged' } });
  const ready = await readyAccount(ports, draft);
  const phc = await passwords.hash(ready.password, draft.network);
  return store.transact(async (tx) => {
    const now = clock.now();
    const used = await tx.setUps.consume({ id: handle.locator, digest: handle.digest, now });
    if (!used) throw fail('set_up_link_invalid', { detail: { check: 'used-or-expired' } });
    const account = { ...ready.account, roles: [administratorRole] };
    await insertAccount(ports, tx, { ...ready, account, phc, actor: account.id, network: draft.network });
    await appendEvent(tx, now, {
      type: 'set-up.used',
      accountId: account.id,
      actor: account.id,
      network: draft.network,
    });
    return account;
  });
}
