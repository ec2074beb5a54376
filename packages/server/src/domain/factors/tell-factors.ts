import type { Account } from '../accounts/account.ts';
import { provenMailbox } from '../accounts/replace-password.ts';
import { linkTo } from '../mail/link-to.ts';
import type { MailLanguage, MailValues } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';

/** Something that happened to the factors of an account. */
export interface FactorNews {
  readonly accountId: string;
  readonly network: string;
  readonly language: MailLanguage;
  readonly news:
    | ({ readonly kind: 'factor-added' | 'factor-removed' } & Pick<
        MailValues['factor-added'],
        'factor' | 'name'
      >)
    | { readonly kind: 'passkey-copied'; readonly name: string }
    | { readonly kind: 'recovery-code-used'; readonly left: number }
    | { readonly kind: 'recovery-codes-renewed' | 'factors-reset' };
}

/** Tells the proven mailbox of an account what happened to its factors, inside the transaction of that. */
export async function tellFactors(
  ports: Ports,
  tx: Transaction,
  { accountId, network, language, news }: FactorNews,
): Promise<void> {
  const account: Account | undefined = await tx.accounts.find(accountId);
  const to = account && provenMailbox(account);
  if (to === undefined) return;
  const page = news.kind === 'passkey-copied' ? '/account/passkeys' : '/account/factors';
  const happening = { at: ports.clock.now(), network, link: linkTo(ports.settings, page) };
  const about = { to, language, accountId };
  switch (news.kind) {
    case 'recovery-codes-renewed':
    case 'factors-reset':
      return postMail(ports, tx, { ...about, kind: news.kind, values: happening });
    case 'passkey-copied':
      return postMail(ports, tx, { ...about, kind: news.kind, values: { ...happening, name: news.name } });
    case 'recovery-code-used':
      return postMail(ports, tx, { ...about, kind: news.kind, values: { ...happening, left: news.left } });
    case 'factor-added':
    case 'factor-removed': {
      const { kind, factor, name } = news;
      return postMail(ports, tx, { ...about, kind, values: { ...happening, factor, name } });
    }
  }
}
