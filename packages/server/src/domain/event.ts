/**
 * The event: something that happened, as it stands in the hash chain.
 */
import { hash } from 'node:crypto';

/** What can happen. */
export type EventType =
  | 'account.created'
  | 'account.changed'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.closing'
  | 'account.kept'
  | 'account.deleted'
  | 'account.roles-changed'
  | 'role.changed'
  | 'role.deleted'
  | 'email.verified'
  | 'email.lost'
  | 'email.restored'
  | 'invitation.offered'
  | 'invitation.withdrawn'
  | 'invitation.used'
  | 'password.changed'
  | 'password.reset'
  | 'factor.added'
  | 'factor.removed'
  | 'factors.reset'
  | 'passkey.renamed'
  | 'passkey.cloned'
  | 'recovery-codes.renewed'
  | 'recovery-code.used'
  | 'remembered-device.added'
  | 'remembered-device.ended'
  | 'password.set'
  | 'session.started'
  | 'session.proven'
  | 'session.ended'
  | 'sign-in.refused'
  | 'sign-in.throttled'
  | 'refresh.reused'
  | 'api-key.created'
  | 'api-key.ended'
  | 'client.created'
  | 'client.changed'
  | 'client.disabled'
  | 'client.enabled'
  | 'client.secret-rotated'
  | 'client.deleted'
  | 'registration.offered'
  | 'registration.withdrawn'
  | 'key.created'
  | 'key.activated'
  | 'key.retired'
  | 'key.deleted'
  | 'family.started'
  | 'family.ended'
  | 'code.reused'
  | 'device.allowed'
  | 'device.refused'
  | 'grant.given'
  | 'grant.withdrawn'
  | 'identity.linked'
  | 'identity.unlinked'
  | 'set-up.offered'
  | 'set-up.used'
  | 'sign-out.not-told'
  | 'mail.not-sent'
  | 'mail.limited'
  | 'store.restored';

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
