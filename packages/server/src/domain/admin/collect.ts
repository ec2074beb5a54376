/**
 * The collector: removes what its table's retention rule has outlived, a little at a time, while serving. Running
 * it in several processes at once is harmless.
 */

import { collectClosed } from '../accounts/closing.ts';
import { collectUnusedClients } from '../clients/collect-unused.ts';
import { codeKnownSeconds } from '../oauth/code.ts';
import { deviceKnownSeconds } from '../oauth/device-authorization.ts';
import { noticeSeconds } from '../oauth/sign-out-notice.ts';
import type { Ports } from '../ports.ts';
import { attemptKnownSeconds } from '../sessions/attempt.ts';
import type { Transaction } from '../store.ts';

/** What is removed when, by table. Times are milliseconds. */
interface RetentionRule {
  readonly table: string;
  collect(tx: Transaction, limit: number): Promise<number>;
}

/** Rows that one transaction removes at most, so that nobody waits long for the lock. */
const step = 500;

/** Seconds that a mail past its time is left to those who tell of its end. */
const leftSeconds = 3600;

/** Removes everything whose time is over; returns how many rows went, by table. */
export async function collect(ports: Ports): Promise<Record<string, number>> {
  const collected: Record<string, number> = {};
  for (const rule of retentionRules(ports)) {
    let removed = step;
    let total = 0;
    while (removed >= step) {
      removed = await ports.store.transact((tx) => rule.collect(tx, step));
      total += removed;
    }
    collected[rule.table] = total;
    ports.tally.expired(rule.table, total);
  }
  return collected;
}

/**
 * The retention rule of every table that grows with use. Accounts that nobody has closed, with their identifiers, passwords, identities and factors, roles,
 * signing keys, clients of operators with their origins, and grants are not of that kind: people and the key life remove
 * them.
 */
function retentionRules(ports: Ports): RetentionRule[] {
  const { clock, settings } = ports;
  const now = clock.now();
  const endedBefore = now - settings.endedSessionSeconds * 1000;
  const seenBefore = endedBefore - settings.sessionIdleSeconds * 1000;
  return [
    // Families go with their sessions, and so does which clients a session was at.
    { table: 'sessions', collect: (tx, limit) => tx.sessions.collect({ endedBefore, seenBefore }, limit) },
    { table: 'api_keys', collect: (tx, limit) => tx.apiKeys.collect(endedBefore, limit) },
    { table: 'budgets', collect: (tx, limit) => tx.budgets.collect(now, limit) },
    { table: 'mails', collect: (tx, limit) => tx.mails.collect(now - leftSeconds * 1000, limit) },
    { table: 'revocations', collect: (tx, limit) => tx.revocations.collect(now, limit) },
    { table: 'events', collect: (tx, limit) => tx.events.collect(now - settings.eventSeconds * 1000, limit) },
    {
      table: 'attempts',
      collect: (tx, limit) => tx.attempts.collect(now - attemptKnownSeconds * 1000, limit),
    },
    { table: 'mail_tickets', collect: (tx, limit) => tx.mailTickets.collect(now, limit) },
    { table: 'totp_drafts', collect: (tx, limit) => tx.totpDrafts.collect(now, limit) },
    { table: 'remembered_devices', collect: (tx, limit) => tx.rememberedDevices.collect(now, limit) },
    { table: 'accounts', collect: (tx, limit) => collectClosed(ports, tx, limit) },
    { table: 'clients', collect: (tx, limit) => collectUnusedClients(ports, tx, limit) },
    ...oauthRules(now, now - settings.sessionIdleSeconds * 1000),
  ];
}

/** A client may leave a family behind with each visit of a long session: what it does not use goes before the session. */
const oauthRules = (now: number, rotatedBefore: number): RetentionRule[] => [
  {
    table: 'families',
    collect: (tx, limit) => tx.familyGrants.collect({ rotatedBefore, expiredBefore: now }, limit),
  },
  { table: 'client_secrets', collect: (tx, limit) => tx.clientSecrets.collect(now, limit) },
  {
    table: 'registration_tokens',
    collect: (tx, limit) => tx.registrationTokens.collect(now, limit),
  },
  { table: 'authorizations', collect: (tx, limit) => tx.authorizations.collect(now, limit) },
  { table: 'codes', collect: (tx, limit) => tx.codes.collect(now - codeKnownSeconds * 1000, limit) },
  {
    table: 'device_authorizations',
    collect: (tx, limit) => tx.deviceAuthorizations.collect(now - deviceKnownSeconds * 1000, limit),
  },
  { table: 'client_tokens', collect: (tx, limit) => tx.clientTokens.collect(now, limit) },
  {
    table: 'sign_out_notices',
    collect: (tx, limit) => tx.signOutNotices.collect(now - noticeSeconds * 1000, limit),
  },
  { table: 'replays', collect: (tx, limit) => tx.replays.collect(now, limit) },
];
