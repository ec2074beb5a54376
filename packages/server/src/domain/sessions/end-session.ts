/**
 * Ending sessions: the row is marked, the feed is told, clients that want to hear of it are noted, the event is written,
 * all in one transaction.
 */
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import { noteSignOut } from '../oauth/note-sign-out.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import { tellFeed } from '../tokens/tell-feed.ts';
import type { EndReason, Session } from './session.ts';

/** Who ends sessions, and why. */
export interface Ending {
  /** An account id, `system` or `operator`. */
  readonly by: string;
  readonly reason: EndReason;
  readonly network?: string | undefined;
}

/** Ends one session inside a transaction; false when it had ended already. */
export async function endSession(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { session, ending }: { session: Pick<Session, 'id' | 'accountId'>; ending: Ending },
): Promise<boolean> {
  const now = ports.clock.now();
  const { by, reason, network } = ending;
  if (!(await tx.sessions.end(session.id, { at: now, by, reason }))) return false;
  await tellFeed(ports, tx, session.id);
  await noteSignOut(tx, { session, now });
  await appendEvent(tx, now, {
    type: 'session.ended',
    accountId: session.accountId,
    sessionId: session.id,
    actor: by,
    network,
    data: { reason },
  });
  return true;
}

/** Ends all sessions of an account but `except`, inside a transaction; returns how many. */
export async function endAllSessions(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { accountId, except, ending }: { accountId: string; except?: string | undefined; ending: Ending },
): Promise<number> {
  let ended = 0;
  for (const session of await tx.sessions.listOpen(accountId)) {
    if (session.id !== except && (await endSession(ports, tx, { session, ending }))) ended += 1;
  }
  return ended;
}

/**
 * Ends a session of an account. Throws `not_found` when the account has no such open session, whoever else's
 * it may be.
 */
export async function endOwnSession(
  ports: Ports,
  { accountId, sessionId, ending }: { accountId: string; sessionId: string; ending: Ending },
): Promise<void> {
  await ports.store.transact(async (tx) => {
    const session = await tx.sessions.find(sessionId);
    if (session?.accountId !== accountId || !(await endSession(ports, tx, { session, ending }))) {
      throw fail('not_found', { detail: { session: sessionId } });
    }
  });
  ports.tally.revoked();
}

/** Ends all sessions of an account but `except`; returns how many. */
export async function endOtherSessions(
  ports: Ports,
  input: { accountId: string; except?: string | undefined; ending: Ending },
): Promise<number> {
  const ended = await ports.store.transact((tx) => endAllSessions(ports, tx, input));
  ports.tally.revoked();
  return ended;
}
