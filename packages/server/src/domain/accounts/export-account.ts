/** Everything that is kept about an account, for its owner to take along. Nothing in it is a secret, or a digest of one. */
import { listGrants } from '../authorize/grants.ts';
import type { EventRecord } from '../event.ts';
import type { Passkey, RememberedDevice, Totp } from '../factors/factor.ts';
import { requireStrongProof } from '../factors/factor-owner.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { ApiKey } from '../tokens/api-key.ts';
import type { Account } from './account.ts';

/** An account with what hangs from it. */
export interface ExportedAccount {
  readonly account: Account;
  /** When the password was chosen; undefined when there is none. */
  readonly passwordSince: number | undefined;
  readonly sessions: readonly Session[];
  readonly grants: Awaited<ReturnType<typeof listGrants>>;
  readonly identities: Awaited<ReturnType<Ports['store']['read']['identities']['list']>>;
  /** The authenticator app; undefined when there is none. */
  readonly app: Pick<Totp, 'createdAt' | 'usedAt'> | undefined;
  readonly passkeys: readonly Omit<Passkey, 'credentialId' | 'publicKey'>[];
  readonly recoveryCodesLeft: number;
  readonly browsers: readonly Omit<RememberedDevice, 'digest'>[];
  readonly apiKeys: readonly Omit<ApiKey, 'digest'>[];
  /** Oldest first. */
  readonly events: readonly EventRecord[];
}

/** Events that are read at once. */
const stretch = 1000;

/**
 * Gathers it, by `showing` where that may read from a replica. Throws `proof_too_old`, `proof_too_weak`, and `not_found` for an
 * account that went meanwhile.
 */
export async function exportAccount(
  deciding: Ports,
  session: Session,
  showing: Ports = deciding,
): Promise<ExportedAccount> {
  await requireStrongProof(deciding, session);
  return gather(showing, session);
}

async function gather(ports: Ports, { accountId }: Session): Promise<ExportedAccount> {
  const { read } = ports.store;
  const account = await read.accounts.find(accountId);
  if (!account) throw fail('not_found', { detail: { account: accountId } });
  const [password, sessions, grants, identities, apiKeys, events, factors] = await Promise.all([
    read.accounts.password(accountId),
    read.sessions.listOpen(accountId),
    listGrants(ports, accountId),
    read.identities.list(accountId),
    read.apiKeys.list(accountId),
    allEvents(ports, accountId),
    factorsOf(ports, accountId),
  ]);
  return {
    account,
    passwordSince: password?.changedAt,
    sessions,
    grants,
    identities,
    apiKeys: apiKeys.map(({ digest: _digest, ...key }) => key),
    events,
    ...factors,
  };
}

/** What proves the person beside the password: how it is called and when it was used, and nothing that would prove. */
async function factorsOf(
  { store: { read } }: Ports,
  accountId: string,
): Promise<Pick<ExportedAccount, 'app' | 'passkeys' | 'recoveryCodesLeft' | 'browsers'>> {
  const [app, passkeys, { recoveryCodes }, browsers] = await Promise.all([
    read.totps.find(accountId),
    read.passkeys.list(accountId),
    read.factors.held(accountId),
    read.rememberedDevices.list(accountId),
  ]);
  return {
    app: app && { createdAt: app.createdAt, usedAt: app.usedAt },
    passkeys: passkeys.map(({ credentialId: _id, publicKey: _key, ...passkey }) => passkey),
    recoveryCodesLeft: recoveryCodes,
    browsers: browsers.map(({ digest: _digest, ...browser }) => browser),
  };
}

async function allEvents({ store }: Ports, accountId: string): Promise<EventRecord[]> {
  const events: EventRecord[] = [];
  for (let after = 0; ; ) {
    const some = await store.read.events.list({ after, limit: stretch, accountId });
    events.push(...some);
    if (some.length < stretch) return events;
    after = some.at(-1)?.seq ?? after;
  }
}
