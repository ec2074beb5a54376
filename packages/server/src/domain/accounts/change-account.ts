import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
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

/**
 * Changes name and identifiers. Throws `not_found`, `input_invalid` (also when no identifier would remain) and
 * `identifier_taken`; then nothing was changed.
 */
export async function changeAccount(ports: Ports, input: AccountChanging): Promise<Account> {
  return ports.store.transact((tx) => changeAccountWithin(ports, tx, input));
}

/** The same inside a transaction. */
export async function changeAccountWithin(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  { accountId, change, actor, network }: AccountChanging,
): Promise<Account> {
  const now = clock.now();
  const before = await tx.accounts.find(accountId);
  if (!before) throw fail('not_found', { detail: { account: accountId } });
  await changeIdentifier(tx, before, { kind: 'email', typed: change.email });
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
  { id }: Account,
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
  if (!(await tx.accounts.setIdentifier(id, identifier))) throw fail('identifier_taken');
}
