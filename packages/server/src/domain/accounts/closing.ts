/**
 * Closing one's account: it is disabled at once, and deleted after a time of grace in which its owner may keep it. Whoever
 * has not proven themselves in full learns nothing of it.
 */
import { isoTime } from '../../base/iso-time.ts';
import { appendEvent } from '../events.ts';
import { type DomainFailure, fail } from '../failures.ts';
import { linkTo } from '../mail/link-to.ts';
import type { MailLanguage } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import type { Ports } from '../ports.ts';
import { endAllSessions } from '../sessions/end-session.ts';
import type { Transaction } from '../store.ts';
import type { Account } from './account.ts';
import { type AccountAct, deleteAccountWithin } from './account-status.ts';
import { provenMailbox } from './replace-password.ts';

/** An account that is closed or kept, and the language of the mail that tells of it. */
export interface ClosingAct extends AccountAct {
  readonly language: MailLanguage;
}

/**
 * Closes an account inside a transaction and ends all that it has open; without a time of grace it is deleted. Returns when it
 * will be; undefined where it is gone. Throws `not_found`.
 */
export async function closeAccountWithin(
  ports: Ports,
  tx: Transaction,
  { language, ...act }: ClosingAct,
): Promise<number | undefined> {
  const { accountId, actor, network } = act;
  const grace = ports.settings.deletionGraceSeconds;
  if (grace === 0) {
    await deleteAccountWithin(ports, tx, act);
    return undefined;
  }
  const now = ports.clock.now();
  const account = await tx.accounts.find(accountId);
  if (account?.status !== 'active') throw fail('not_found', { detail: { account: accountId } });
  const deletesAt = now + grace * 1000;
  await tx.accounts.update(accountId, { status: 'disabled', deletesAt, updatedAt: now });
  await endAllSessions(ports, tx, { accountId, ending: { by: actor, reason: 'account-closing', network } });
  const data = { deletes_at: isoTime(deletesAt) };
  await appendEvent(tx, now, { type: 'account.closing', accountId, actor, network, data });
  const to = provenMailbox(account);
  if (to !== undefined && ports.mail !== 'off') {
    const values = { at: now, network, link: linkTo(ports.settings, '/sign-in'), closesAt: deletesAt };
    await postMail(ports, tx, { kind: 'account-closing', to, language, accountId, values });
  }
  return deletesAt;
}

/** Keeps an account that was closing, inside the transaction that found it so. What was ended stays ended. */
export async function keepAccountWithin(
  ports: Ports,
  tx: Transaction,
  { account, actor, network, language }: Omit<ClosingAct, 'accountId'> & { readonly account: Account },
): Promise<Account> {
  const now = ports.clock.now();
  const accountId = account.id;
  const change = { status: 'active', deletesAt: 0, updatedAt: now } as const;
  await tx.accounts.update(accountId, change);
  await appendEvent(tx, now, { type: 'account.kept', accountId, actor, network });
  const to = provenMailbox(account);
  if (to !== undefined && ports.mail !== 'off') {
    const values = { at: now, network, link: linkTo(ports.settings, '/reset') };
    await postMail(ports, tx, { kind: 'account-kept', to, language, accountId, values });
  }
  return { ...account, ...change };
}

/** What whoever has proven an account in full is told when it is closing. */
export const closing = ({ id, deletesAt }: Account): DomainFailure =>
  fail('account_closing', {
    fields: [
      { field: 'keep_account', message: `It is deleted at ${isoTime(deletesAt)}. Say true to keep it.` },
    ],
    detail: { check: 'account-closing', account: id, deletes_at: isoTime(deletesAt) },
  });

/** Deletes accounts whose time of grace is over, inside a transaction; returns how many. */
export async function collectClosed(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  limit: number,
): Promise<number> {
  const now = ports.clock.now();
  const due = await tx.accounts.listDue(now, limit);
  for (const accountId of due) {
    // Looked at again under its lock: it may have been kept, or deleted, meanwhile.
    const account = await tx.accounts.find(accountId);
    if (!account || account.deletesAt === 0 || account.deletesAt > now) continue;
    await deleteAccountWithin(ports, tx, { accountId, actor: 'system', network: 'unknown' });
  }
  return due.length;
}
