/**
 * Events: things that happened, append-only and hash-chained. Each is written in the transaction of the change it
 * tells of, so there is never one without the other. An event never contains a credential.
 */
import type { EventType } from './event.ts';
import type { Transaction } from './store.ts';

/** What is told of something that happened. */
export interface EventDraft {
  readonly type: EventType;
  /** Whose account it is about; empty when nobody's. */
  readonly accountId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Who did it: an account id, `system`, or `operator` for the command line. */
  readonly actor: string;
  /** The address it came from. */
  readonly network?: string | undefined;
  readonly data?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** Appends an event to the chain, inside the transaction of the change. */
export const appendEvent = (tx: Transaction, now: number, draft: EventDraft): Promise<void> =>
  tx.events.append({
    at: now,
    type: draft.type,
    accountId: draft.accountId ?? '',
    sessionId: draft.sessionId ?? '',
    actor: draft.actor,
    network: draft.network ?? '',
    data: JSON.stringify(draft.data ?? {}),
  });
