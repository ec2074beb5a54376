/**
 * Events: things that happened, append-only and hash-chained. Each is written in the transaction of the change it
 * tells of, so there is never one without the other. An event never contains a credential.
 */
import { type EventRecord, type EventType, eventHash } from './event.ts';
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

/**
 * Appends an event to the chain, inside the transaction of the change. Taking the head first serialises
 * appenders, on every database.
 */
export async function appendEvent(tx: Transaction, now: number, draft: EventDraft): Promise<void> {
  const head = await tx.events.takeHead();
  const event = {
    seq: head.seq,
    at: now,
    type: draft.type,
    accountId: draft.accountId ?? '',
    sessionId: draft.sessionId ?? '',
    actor: draft.actor,
    network: draft.network ?? '',
    data: JSON.stringify(draft.data ?? {}),
  };
  const record: EventRecord = { ...event, hash: eventHash(head.hash, event) };
  await tx.events.insert(record);
  await tx.events.setHead(record.hash);
}
