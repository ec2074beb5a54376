/** Everything that is kept about an account, for its owner to take along. Nothing in it is a secret, or a digest of one. */
import { listGrants } from '../authorize/grants.ts';
import type { EventRecord } from '../event.ts';
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
  readonly apiKeys: readonly Omit<ApiKey, 'digest'>[];
  /** Oldest first. */
  readonly events: readonly EventRecord[];
}

/** Events that are read at once. */
const stretch = 1000;

/** Gathers it. Throws `proof_too_old`, `proof_too_weak`, and `not_found` for an account that went meanwhile. */
export async function exportAccount(ports: Ports, session: Session): Promise<ExportedAccount> {
  await requireStrongProof(ports, session);
  const { read } = ports.store;
  const { accountId } = session;
  const account = await read.accounts.find(accountId);
  if (!account) throw fail('not_found', { detail: { account: accountId } });
  const [password, sessions, grants, identities, apiKeys, events] = await Promise.all([
    read.accounts.password(accountId),
    read.sessions.listOpen(accountId),
    listGrants(ports, accountId),
    read.identities.list(accountId),
    read.apiKeys.list(accountId),
    allEvents(ports, accountId),
  ]);
  return {
    account,
    passwordSince: password?.changedAt,
    sessions,
    grants,
    identities,
    apiKeys: apiKeys.map(({ digest: _digest, ...key }) => key),
    events,
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
