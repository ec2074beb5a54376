/**
 * Events: things that happened, append-only and hash-chained. Each is written in the transaction of the change it
 * tells of, so there is never one without the other. An event never contains a credential.
 */
import { hash } from 'node:crypto';
import type { Transaction } from './store.ts';

/** What can happen. */
export type EventType =
  | 'account.created'
  | 'account.changed'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.deleted'
  | 'account.roles-changed'
  | 'role.changed'
  | 'role.deleted'
  | 'password.changed'
  | 'session.started'
  | 'session.ended'
  | 'sign-in.refused'
  | 'sign-in.throttled'
  | 'refresh.reused'
  | 'api-key.created'
  | 'api-key.ended'
  | 'key.created'
  | 'key.activated'
  | 'key.retired'
  | 'key.deleted'
  | 'set-up.offered'
  | 'set-up.used';

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

/** An event as it stands in the chain. `at` is milliseconds since 1970; hashes are hexadecimal SHA-256. */
export interface EventRecord {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly accountId: string;
  readonly sessionId: string;
  readonly actor: string;
  readonly network: string;
  /** JSON text of the data. */
  readonly data: string;
  readonly hash: string;
}

/** What the first event of a chain follows on. */
export const chainStart = '0'.repeat(64);

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

/** The hash of an event that follows on `prior`. */
export function eventHash(prior: string, event: Omit<EventRecord, 'hash'>): string {
  const fields = [
    event.seq,
    event.at,
    event.type,
    event.accountId,
    event.sessionId,
    event.actor,
    event.network,
    event.data,
  ];
  return hash('sha256', `${prior}\n${JSON.stringify(fields)}`);
}
