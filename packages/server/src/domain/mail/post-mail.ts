import { createHmac } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import { uuidv7 } from '../../base/uuid.ts';
import { parseEmail } from '../accounts/identifier.ts';
import { appendEvent } from '../events.ts';
import type { Vault } from '../keys/vault.ts';
import type { Ports } from '../ports.ts';
import type { BudgetSetting } from '../settings.ts';
import type { Transaction } from '../store.ts';
import { type Mail, type MailKind, mailRules } from './mail.ts';
import { inboxSeconds, neverDue, sealMail } from './waiting-mail.ts';

/** A mail to post. */
export type MailDraft = Mail & {
  /** Whom it is about; for events. */
  readonly accountId?: string | undefined;
};

/**
 * Puts a mail into the outbox, in the transaction of what it tells of: it is sent if, and only if, that is committed.
 * Nobody is told whether it will be: where no mail can be sent, and past what a mailbox may get in one window, it is
 * dropped in silence, and the operator hears of it. `to` must be an address that `parseEmail` made; a TypeError tells of
 * anything else, for a header would be made of it (RFC 5322 §2.2).
 */
export async function postMail(
  ports: Pick<Ports, 'clock' | 'mail' | 'settings' | 'tally' | 'vault'>,
  tx: Transaction,
  { accountId = '', ...mail }: MailDraft,
): Promise<void> {
  const { kind, to } = mail;
  if (parseEmail(to)?.canonical !== to) throw new TypeError('a mail goes to an address that was parsed');
  if (ports.mail === 'off') return;
  const now = ports.clock.now();
  const id = uuidv7(now);
  const isInbox = ports.mail === 'inbox';
  if (!isInbox && !(await mayGetMore(ports, tx, { kind, to, accountId, now }))) return;
  await tx.mails.insert({
    id,
    kind,
    accountId,
    sealed: sealMail(ports.vault, id, mail),
    attempts: 0,
    nextAt: isInbox ? neverDue : now,
    createdAt: now,
    expiresAt: now + (isInbox ? inboxSeconds : mailRules[kind].seconds) * 1000,
  });
  ports.tally.mail('posted');
}

/**
 * Takes one of the mailbox's budget, which is kept under a keyed digest of its address. Being over it is told once a
 * window, by the mail that empties it.
 */
async function mayGetMore(
  { settings, tally, vault }: Pick<Ports, 'settings' | 'tally' | 'vault'>,
  tx: Transaction,
  { kind, to, accountId, now }: { kind: MailKind; to: string; accountId: string; now: number },
): Promise<boolean> {
  const { cause } = mailRules[kind];
  const budget: BudgetSetting = settings.budgets[cause === 'asked' ? 'mailAsked' : 'mailTold'];
  const key = `mail:${cause}:${mailboxDigest(vault, to)}`;
  const resetsAt = now + budget.windowSeconds * 1000;
  const spent = await tx.budgets.spend({ key, limit: budget.attempts, now, resetsAt });
  if (spent?.used === budget.attempts) {
    const data = { budget: key, kind };
    await appendEvent(tx, now, { type: 'mail.limited', accountId, actor: 'system', data });
  }
  if (!spent) tally.mail('limited');
  return spent !== undefined;
}

const mailboxDigest = (vault: Vault, to: string): string =>
  toBase64url(createHmac('sha256', vault.derive('mailbox')).update(to).digest().subarray(0, 16));
