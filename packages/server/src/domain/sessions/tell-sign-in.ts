import { networkOf } from '../../base/network.ts';
import type { Account } from '../accounts/account.ts';
import { provenMailbox } from '../accounts/replace-password.ts';
import { linkTo } from '../mail/link-to.ts';
import type { MailLanguage } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';

/** A sign-in that is about to begin. */
interface Told {
  readonly account: Account;
  readonly network: string;
  readonly clientName: string;
  readonly language: MailLanguage;
}

/** Milliseconds in which whoever has just made an account is nobody strange. */
const newcomer = 3_600_000;

/**
 * Tells the proven mailbox of an account, inside the transaction of the sign-in and before its session stands, that it comes
 * from a network where the account was not used before.
 */
export async function tellStrangeSignIn(
  ports: Ports,
  tx: Transaction,
  { account, network, clientName: device, language }: Told,
): Promise<void> {
  const { settings, mail, clock } = ports;
  const to = provenMailbox(account);
  if (settings.signInNotice === 'off' || mail === 'off' || to === undefined) return;
  const now = clock.now();
  if (now - account.createdAt < newcomer || (await tx.sessions.familiar(account.id, networkOf(network))))
    return;
  const values = { at: now, network, link: linkTo(settings, '/account/sessions'), device };
  await postMail(ports, tx, { kind: 'new-device', to, language, accountId: account.id, values });
}
