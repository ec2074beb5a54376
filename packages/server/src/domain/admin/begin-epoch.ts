/**
 * A new epoch: what a restored database must go through before anybody is served from it. A backup knows nothing of what
 * was taken away after it was made, so nothing that it holds opens a door any more, and what the replaced database can
 * still tell of is taken away again. Accounts stay.
 */
import type { Account, Role } from '../accounts/account.ts';
import { setStatusWithin } from '../accounts/account-status.ts';
import { appendEvent } from '../events.ts';
import { strictest } from '../factors/factor.ts';
import type { Ports } from '../ports.ts';
import { endAllSessions } from '../sessions/end-session.ts';
import type { Reads, Transaction } from '../store.ts';
import { beginClientEpoch, planTakingBack, type TakenBack, takeBack } from './begin-epoch-clients.ts';
import { type FactorPlan, planFactors, restoreFactors } from './begin-epoch-factors.ts';

/** What the new epoch took away. */
export interface Epoch {
  readonly sessions: number;
  readonly apiKeys: number;
  /** Accounts that were disabled or deleted after the backup. */
  readonly disabled: number;
  /** Passwords that were changed after the backup, and stay changed. */
  readonly passwords: number;
  /** Roles taken from accounts, and permissions from roles, after the backup. */
  readonly privileges: number;
  /** Consents that were withdrawn or narrowed after the backup; all of them when that cannot be told. */
  readonly grants: number;
  /** Outside sign-ins that were unlinked after the backup. */
  readonly identities: number;
  /** Accounts whose factors were others after the backup, and are so again. */
  readonly factors: number;
  /** Clients that were disabled or deleted after the backup. */
  readonly clients: number;
  /** Secrets of clients that were rotated away after the backup; all of them when that cannot be told. */
  readonly clientSecrets: number;
  readonly signingKeys: number;
  /** Whether the replaced database could tell what was taken away. */
  readonly compared: boolean;
}

type EpochPorts = Pick<Ports, 'store' | 'clock' | 'settings'>;

/** Accounts that one transaction goes through. */
const step = 200;
const actor = 'operator';
const network = 'unknown';

/**
 * Begins the epoch on a database that nobody serves from yet. `before` is the one that it takes the place of, where that
 * can still be read; without it, and when it does not go on from the backup, all API keys and secrets of clients end.
 */
export async function beginEpoch(ports: EpochPorts, before: Reads | undefined): Promise<Epoch> {
  const replaced = before && (await goesOn(before, ports.store.read)) ? before : undefined;
  const total: Record<Counted, number> = {
    sessions: 0,
    apiKeys: 0,
    disabled: 0,
    passwords: 0,
    privileges: 0,
    grants: 0,
    identities: 0,
    factors: 0,
  };
  const counted: Count = (what, many) => {
    total[what] += many;
  };
  if (replaced) await narrowRoles(ports, replaced, counted);
  let after: string | undefined;
  do {
    const page = await ports.store.read.accounts.search({ after, limit: step });
    const plans: Plan[] = [];
    for (const account of page) plans.push(await planFor(ports, account, replaced));
    await ports.store.transact(async (tx) => {
      for (const plan of plans) await carryOut(ports, tx, { plan, counted });
    });
    after = page.length === step ? page.at(-1)?.id : undefined;
  } while (after !== undefined);
  const clients = await beginClientEpoch(ports.store, replaced, ports.clock.now());
  const signingKeys = await dropSigningKeys(ports);
  const data = { ...total, ...clients };
  await ports.store.transact(async (tx) => {
    // They were sent since, or their links are void.
    await tx.mails.clear();
    // Used since, or void.
    await tx.mailTickets.clear();
    await tx.attempts.clear();
    await appendEvent(tx, ports.clock.now(), { type: 'store.restored', actor, data });
  });
  return { ...data, signingKeys, compared: replaced !== undefined };
}

/** Whether a database has gone on from where a backup ends: its chain of events holds the backup's last one. */
async function goesOn(later: Reads, backup: Reads): Promise<boolean> {
  const { seq, hash } = await backup.events.head();
  const { anchorSeq, anchorHash } = await later.events.head();
  if (anchorSeq === seq) return anchorHash === hash;
  const [event] = await later.events.list({ after: seq - 1, limit: 1 });
  return event?.seq === seq && event.hash === hash;
}

type Counted =
  | 'sessions'
  | 'apiKeys'
  | 'disabled'
  | 'passwords'
  | 'privileges'
  | 'grants'
  | 'identities'
  | 'factors';
type Count = (what: Counted, many: number) => void;

/** What is taken from one account; read before the transaction, which may wait for nothing else. */
interface Plan {
  readonly account: Account;
  readonly apiKeys: readonly string[];
  readonly disable: boolean;
  /** How its closing stands now; undefined where nothing changes. */
  readonly closing: Pick<Account, 'status' | 'deletesAt'> | undefined;
  readonly password: { accountId: string; phc: string; changedAt: number } | undefined;
  readonly roles: readonly string[];
  readonly takenBack: TakenBack;
  readonly factors: FactorPlan;
}

async function planFor(ports: EpochPorts, account: Account, replaced: Reads | undefined): Promise<Plan> {
  const { store } = ports;
  const apiKeys = (await store.read.apiKeys.list(account.id)).map(({ id }) => id);
  const takenBack = await planTakingBack(store.read, account.id, replaced);
  const factors = await planFactors(store.read, account.id, replaced);
  const { roles } = account;
  const both = { account, takenBack, factors };
  const later = await replaced?.accounts.find(account.id);
  const closing = closingAfter(ports, account, replaced && { later });
  if (!replaced) return { ...both, apiKeys, closing, disable: false, password: undefined, roles };
  const kept = new Set((await replaced.apiKeys.list(account.id)).map(({ id }) => id));
  const mine = await store.read.accounts.password(account.id);
  const theirs = await replaced.accounts.password(account.id);
  return {
    ...both,
    apiKeys: apiKeys.filter((id) => !kept.has(id)),
    closing,
    disable: later?.status !== 'active' && account.status === 'active',
    password: theirs && theirs.phc !== mine?.phc ? theirs : undefined,
    roles: roles.filter((role) => later?.roles.includes(role) ?? false),
  };
}

/** Closing and keeping since the backup hold. Where that cannot be told, whoever has kept an account has the time to say so again. */
function closingAfter(
  { clock, settings }: EpochPorts,
  { status, deletesAt }: Account,
  replaced: { readonly later: Account | undefined } | undefined,
): Plan['closing'] {
  const later = replaced?.later;
  if (later?.deletesAt) return { status: 'disabled', deletesAt: later.deletesAt };
  if (deletesAt === 0 || (replaced && !later)) return undefined;
  if (later) return { status: later.status, deletesAt: 0 };
  return { status, deletesAt: Math.max(deletesAt, clock.now() + settings.deletionGraceSeconds * 1000) };
}

async function carryOut(
  ports: EpochPorts,
  tx: Transaction,
  { plan, counted }: { plan: Plan; counted: Count },
): Promise<void> {
  const { account, apiKeys, disable, password, roles, takenBack } = plan;
  const accountId = account.id;
  const now = ports.clock.now();
  const ending = { by: actor, reason: 'restored' } as const;
  counted('sessions', await endAllSessions(ports, tx, { accountId, ending }));
  for (const id of apiKeys) {
    await tx.apiKeys.delete(id, accountId);
    await appendEvent(tx, now, { type: 'api-key.ended', accountId, actor, data: { api_key: id } });
  }
  counted('apiKeys', apiKeys.length);
  if (roles.length < account.roles.length) {
    await tx.accounts.update(accountId, { roles, updatedAt: now });
    const data = { roles: roles.join(' ') };
    await appendEvent(tx, now, { type: 'account.roles-changed', accountId, actor, data });
  }
  counted('privileges', account.roles.length - roles.length);
  if (password) {
    await tx.accounts.setPassword(password);
    await appendEvent(tx, now, { type: 'password.changed', accountId, actor });
  }
  counted('passwords', password ? 1 : 0);
  await takeBack(tx, takenBack);
  counted('grants', takenBack.grants.length);
  counted('identities', takenBack.identities.length);
  await restoreFactors(tx, plan.factors, now);
  counted('factors', plan.factors.changes ? 1 : 0);
  if (plan.closing) await tx.accounts.update(accountId, { ...plan.closing, updatedAt: now });
  if (disable && !plan.closing)
    await setStatusWithin(ports, tx, { accountId, status: 'disabled', actor, network });
  counted('disabled', disable ? 1 : 0);
}

/** A role permits what it permitted in both databases, and demands what it demanded in either. */
async function narrowRoles({ store, clock }: EpochPorts, replaced: Reads, counted: Count): Promise<void> {
  const later = new Map((await replaced.roles.list()).map((role) => [role.name, role]));
  const narrowed = (await store.read.roles.list()).flatMap(
    ({ name, permissions, requires: before }): (Role & { lost: number })[] => {
      const kept = permissions.filter((one) => later.get(name)?.permissions.includes(one) ?? false);
      const requires = strictest([before, later.get(name)?.requires ?? before]);
      const lost = permissions.length - kept.length;
      return lost === 0 && requires === before ? [] : [{ name, permissions: kept, requires, lost }];
    },
  );
  await store.transact(async (tx) => {
    for (const { name, permissions, requires, lost } of narrowed) {
      await tx.roles.put({ name, permissions, requires });
      const data = { role: name, permissions: permissions.join(' '), requires };
      await appendEvent(tx, clock.now(), { type: 'role.changed', actor, data });
      counted('privileges', lost);
    }
  });
}

/** With the keys go all access tokens: those of sessions that the backup has never heard of as well. */
async function dropSigningKeys({ store, clock }: EpochPorts): Promise<number> {
  const now = clock.now();
  return store.transact(async (tx) => {
    for (const { kid, state } of await tx.signingKeys.list())
      if (state !== 'retired') await tx.signingKeys.move({ kid, from: state, to: 'retired', at: now });
    const gone = await tx.signingKeys.deleteRetired(now + 1);
    for (const kid of gone) await appendEvent(tx, now, { type: 'key.deleted', actor, data: { kid } });
    return gone.length;
  });
}
