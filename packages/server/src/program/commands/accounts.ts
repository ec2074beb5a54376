/** `doorward accounts …`: the operator's hand on accounts. Events name the operator as the actor. */
import type { Account } from '../../domain/accounts/account.ts';
import { governAccount, governDelete } from '../../domain/accounts/govern.ts';
import { offerSetUp, setUpSeconds } from '../../domain/accounts/set-up.ts';
import { createAccount } from '../../domain/accounts/sign-up.ts';
import { resetFactors } from '../../domain/factors/reset-factors.ts';
import type { Ports } from '../../domain/ports.ts';
import { accountView, sessionView } from '../../http/views.ts';
import { columns } from '../columns.ts';
import { operator } from '../verbs.ts';
import {
  argument,
  type Command,
  CommandRefused,
  flagOption,
  type Invocation,
  numberOption,
  type Outcome,
  textOption,
} from './command.ts';
import { findAccount, withPorts } from './folder.ts';

/** `accounts list`: by order of birth, a page at a time. */
export const listAccounts: Command = (invocation) =>
  withPorts(invocation, async ({ store }) => {
    const limit = numberOption(invocation, 'limit', { fallback: 100, least: 1, most: 10_000 });
    const after = textOption(invocation, 'after');
    const accounts = await store.read.accounts.search({
      text: textOption(invocation, 'search'),
      after,
      limit,
    });
    const next = accounts.length === limit ? (accounts.at(-1)?.id ?? null) : null;
    const rows = accounts.map(({ id, email, username, status, deletesAt, roles, name }) => [
      id,
      email ?? username ?? '',
      deletesAt > 0 ? 'closing' : status,
      roles.join(','),
      name,
    ]);
    const more = next === null ? '' : `\nMore: --after ${next}`;
    return {
      json: { accounts: accounts.map(accountView), next },
      text: accounts.length === 0 ? 'No accounts.' : columns(rows) + more,
    };
  });

/** `accounts show`: one account with its open sessions. */
export const showAccount: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const account = await findAccount(ports, argument(invocation, 0));
    const sessions = await ports.store.read.sessions.listOpen(account.id);
    const view = accountView(account);
    return {
      json: { account: view, sessions: sessions.map(sessionView) },
      text: `${facts(account)}\n${columns([['sessions', String(sessions.length)]])}`,
    };
  });

/** `accounts create`: the password comes from standard input or is asked for, and is never an argument. */
export const createAnyAccount: Command = (invocation) =>
  withPorts(
    invocation,
    async (ports) => {
      const names = {
        email: textOption(invocation, 'email'),
        username: textOption(invocation, 'username'),
        name: textOption(invocation, 'name'),
      };
      const roles = textOption(invocation, 'roles')?.split(',').filter(Boolean) ?? [];
      await requireRoles(ports, roles);
      const password = await invocation.secret('Password', {
        piped: flagOption(invocation, 'passwordStdin'),
      });
      const { actor, network } = operator;
      const made = await createAccount(ports, { ...names, password, actor, network });
      if (roles.length === 0) return told(made);
      return told(await governAccount(ports, operator, { accountId: made.id, change: { roles } }));
    },
    { make: true },
  );

/** Looked at before the account is made, so that a misspelt role leaves nothing half done. */
async function requireRoles({ store }: Ports, roles: readonly string[]): Promise<void> {
  for (const role of roles)
    if (!(await store.read.roles.find(role))) throw new CommandRefused(`There is no role "${role}".`);
}

/** `accounts disable`: from now on nothing of the account is accepted. */
export const disableAccount: Command = (invocation) => setStatus(invocation, 'disabled');

/** `accounts enable`. */
export const enableAccount: Command = (invocation) => setStatus(invocation, 'active');

const setStatus = (invocation: Invocation, status: Account['status']): Promise<Outcome> =>
  withPorts(invocation, async (ports) => {
    const { id: accountId } = await findAccount(ports, argument(invocation, 0));
    return told(await governAccount(ports, operator, { accountId, change: { status } }));
  });

/** `accounts delete`: with everything that hangs from it, but its events. */
export const deleteAnyAccount: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const { id } = await findAccount(ports, argument(invocation, 0));
    await governDelete(ports, operator, id);
    return { json: { deleted: id }, text: `Deleted ${id}.` };
  });

/** `accounts reset-factors`: for somebody who has lost them. */
export const resetAccountFactors: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const { id } = await findAccount(ports, argument(invocation, 0));
    const { totp, passkeys, sessions } = await resetFactors(ports, operator, id);
    const taken = [totp ? 'the authenticator' : '', `${passkeys} passkeys`, 'all recovery codes'].filter(
      Boolean,
    );
    return {
      json: { account: id, totp, passkeys, sessions },
      text: `Took ${taken.join(', ')} from ${id} and ended ${sessions} sessions.`,
    };
  });

/** `accounts roles`: replaces the roles of an account. */
export const setAccountRoles: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const [named = '', ...roles] = invocation.args;
    if (roles.length === 0 && !flagOption(invocation, 'none'))
      throw new CommandRefused('Name the roles that the account shall have, or --none.', 2);
    const { id: accountId } = await findAccount(ports, named);
    return told(await governAccount(ports, operator, { accountId, change: { roles } }));
  });

/** `accounts set-up-link`: a new link for an administrator; voids the one before. */
export const offerSetUpLink: Command = (invocation) =>
  withPorts(
    invocation,
    async (ports) => {
      const link = `${ports.settings.issuer}/setup?link=${await offerSetUp(ports)}`;
      return {
        json: { set_up_link: link, expires_in: setUpSeconds },
        text: `Works once, for ${setUpSeconds / 60} minutes:\n${link}`,
      };
    },
    { make: true },
  );

const told = (account: Account): Outcome => ({
  json: { account: accountView(account) },
  text: facts(account),
});

const facts = (account: Account): string =>
  columns(
    Object.entries(accountView(account)).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value ?? ''),
    ]),
  );
