/**
 * Governing other people's accounts and the roles. Nobody gives what they do not have, and nobody governs who may
 * more than they do (no privilege ladder).
 */
import { appendEvent } from '../events.ts';
import type { FactorDemand } from '../factors/factor.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { Account, AccountStatus, Role } from './account.ts';
import { deleteAccountWithin, setStatusWithin } from './account-status.ts';
import { type AccountChange, changeAccountWithin } from './change-account.ts';
import { judgeHolders, judgeSessions } from './judge-sessions.ts';

/** Who governs: an account with its permissions, or the operator at the command line, who may all. */
export interface Governor {
  /** An account id, or `operator`. */
  readonly actor: string;
  readonly permissions: readonly string[] | 'all';
  readonly network: string;
}

/** What a governor may change of an account. */
export interface GovernedChange extends AccountChange {
  readonly status?: AccountStatus | undefined;
  /** Replaces the roles. */
  readonly roles?: readonly string[] | undefined;
}

/**
 * Changes an account. Throws `not_found`, `privilege_exceeded`, `input_invalid` (an unknown role) and
 * `identifier_taken`; then nothing was changed.
 */
export async function governAccount(
  ports: Ports,
  governor: Governor,
  { accountId, change }: { accountId: string; change: GovernedChange },
): Promise<Account> {
  const { actor, network } = governor;
  const account = await ports.store.transact(async (tx) => {
    await mayGovern(tx, governor, accountId);
    if (change.roles) await setRoles(ports, tx, { governor, accountId, roles: change.roles });
    if (change.status) await setStatusWithin(ports, tx, { accountId, status: change.status, actor, network });
    return changeAccountWithin(ports, tx, { accountId, change, actor, network });
  });
  ports.tally.revoked();
  return account;
}

/** Deletes an account. Throws `not_found` and `privilege_exceeded`. */
export async function governDelete(ports: Ports, governor: Governor, accountId: string): Promise<void> {
  await ports.store.transact(async (tx) => {
    await mayGovern(tx, governor, accountId);
    await deleteAccountWithin(ports, tx, { accountId, actor: governor.actor, network: governor.network });
  });
  ports.tally.revoked();
}

/** A role to be; what it demands stays as it is unless given, and is nothing for a new one. */
export interface RoleDraft extends Omit<Role, 'requires'> {
  readonly requires?: FactorDemand | undefined;
}

/**
 * Makes or replaces a role, and answers how it is then. Sessions of whoever holds it end that were proven by less than it demands. Throws `privilege_exceeded` when it would permit what the governor may
 * not, or does so now.
 */
export async function putRole(ports: Ports, governor: Governor, role: RoleDraft): Promise<Role> {
  const after = await ports.store.transact((tx) => putRoleWithin(ports, tx, { governor, role }));
  const { actor: by, network } = governor;
  if (after.requires !== 'nothing') await judgeHolders(ports, after.name, { by, network });
  return after;
}

async function putRoleWithin(
  ports: Pick<Ports, 'clock'>,
  tx: Transaction,
  { governor, role }: { governor: Governor; role: RoleDraft },
): Promise<Role> {
  const permissions = [...new Set(role.permissions)].sort();
  const before = await tx.roles.find(role.name);
  mustHold(governor, [...permissions, ...(before?.permissions ?? [])]);
  const { requires = before?.requires ?? 'nothing', name } = role;
  const after: Role = { name, permissions, requires };
  if (before?.permissions.join(' ') === permissions.join(' ') && before.requires === requires) return after;
  if (before) await tx.roles.put(after);
  // Somebody else has just made it: what it permits now is looked at, too.
  else if (!(await tx.roles.insert(after))) return putRoleWithin(ports, tx, { governor, role });
  await appendEvent(tx, ports.clock.now(), {
    type: 'role.changed',
    actor: governor.actor,
    network: governor.network,
    data: { role: name, permissions: permissions.join(' '), requires },
  });
  return after;
}

/** Deletes a role that no account holds. Throws `not_found`, `role_held` and `privilege_exceeded`. */
export async function deleteRole(ports: Ports, governor: Governor, name: string): Promise<void> {
  await ports.store.transact(async (tx) => {
    const role = await tx.roles.find(name);
    if (!role) throw fail('not_found', { detail: { role: name } });
    mustHold(governor, role.permissions);
    // Deleted first: whoever gives the role at this moment is waited for, or finds it gone.
    await tx.roles.delete(name);
    if (await tx.accounts.roleHeld(name)) throw fail('role_held', { detail: { role: name } });
    const { actor, network } = governor;
    await appendEvent(tx, ports.clock.now(), { type: 'role.deleted', actor, network, data: { role: name } });
  });
}

/** Throws `not_found` for nobody, `privilege_exceeded` for whoever may more than the governor. */
export async function mayGovern(
  tx: Pick<Transaction, 'accounts' | 'roles'>,
  governor: Governor,
  accountId: string,
): Promise<void> {
  const account = await tx.accounts.find(accountId);
  if (!account) throw fail('not_found', { detail: { account: accountId } });
  mustHold(governor, await tx.roles.permissions(account.roles));
}

async function setRoles(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { governor, accountId, roles }: { governor: Governor; accountId: string; roles: readonly string[] },
): Promise<void> {
  const wanted = await mayGive(tx, governor, roles);
  if ((await tx.accounts.find(accountId))?.roles.join(' ') === wanted.join(' ')) return;
  const now = ports.clock.now();
  await tx.accounts.update(accountId, { roles: wanted, updatedAt: now });
  await appendEvent(tx, now, {
    type: 'account.roles-changed',
    accountId,
    actor: governor.actor,
    network: governor.network,
    data: { roles: wanted.join(' ') },
  });
  await judgeSessions(ports, tx, { accountId, by: governor.actor, network: governor.network });
}

/** The roles, each once and sorted, if the governor may give them. Throws `input_invalid` for an unknown one, `privilege_exceeded`. */
export async function mayGive(
  tx: Pick<Transaction, 'roles'>,
  governor: Governor,
  roles: readonly string[],
): Promise<readonly string[]> {
  const wanted = [...new Set(roles)].sort();
  for (const name of wanted) {
    const role = await tx.roles.find(name);
    if (!role)
      throw fail('input_invalid', { fields: [{ field: 'roles', message: `There is no role "${name}".` }] });
    mustHold(governor, role.permissions);
  }
  return wanted;
}

/** Throws `privilege_exceeded` unless the governor holds what is needed. */
export function mustHold({ permissions, actor }: Governor, needed: readonly string[]): void {
  if (permissions === 'all') return;
  // What applications mean by their own permissions is for whoever writes roles to decide; ours must be held.
  const writesRoles = permissions.includes('doorward:roles:write');
  const missing = needed.find(
    (permission) =>
      !permissions.includes(permission) && !(writesRoles && !permission.startsWith('doorward:')),
  );
  if (missing !== undefined)
    throw fail('privilege_exceeded', { detail: { check: 'privilege', missing, actor } });
}
