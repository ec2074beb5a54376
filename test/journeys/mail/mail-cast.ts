/** What people do with the mails that they asked for by program. */
import type { MailKind } from '../../../packages/server/src/domain/mail/mail.ts';
import { mailTo } from '../../kit/mails.ts';
import type { Serving } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, type Visitor, visit } from '../../kit/visitor.ts';

/** Kinds of mail that carry a link and a code. */
export type ProvingKind = Extract<MailKind, 'sign-up' | 'sign-in' | 'password-reset' | 'email-change'>;

/** The code of the youngest mail of a kind to a mailbox. */
export const codeIn = async (serving: Serving, to: string, kind: ProvingKind): Promise<string> =>
  (await mailTo(serving, to, kind)).values.code;

/** The handle in the link of the youngest mail of a kind to a mailbox. */
export async function linkIn(serving: Serving, to: string, kind: MailKind): Promise<string> {
  const { values } = await mailTo(serving, to, kind);
  return new URL(values.link).searchParams.get('link') ?? '';
}

/** A code that is not this one. */
export const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** Proves the address that an account has, from one of its sessions. */
export async function proveAddress(serving: Serving, owner: Visitor, email: string): Promise<void> {
  const asked = await owner.ask('POST', '/api/v1/account/email', { body: { email } });
  const ticket = member(asked.json, 'ticket');
  const code = await codeIn(serving, email.toLowerCase(), 'email-change');
  const answer = await owner.ask('POST', '/api/v1/account/email/confirm', { body: { ticket, code } });
  if (answer.status !== 200) throw new Error(`the address was answered ${answer.status}: ${answer.text}`);
}

/** Asks for an account of a mailbox; returns the answer. */
export const askAccount = (visitor: Visitor, email: string, more = {}): Promise<Answer> =>
  visitor.ask('POST', '/api/v1/accounts', { body: { email, password: goodPassword, ...more } });

/** Makes an account by the proof of its mailbox; returns its id. */
export async function signUpByMail(serving: Serving, email: string): Promise<string> {
  const visitor = visit(serving);
  const asked = await askAccount(visitor, email);
  const body = { ticket: member(asked.json, 'ticket'), code: await codeIn(serving, email, 'sign-up') };
  const made = await visitor.ask('POST', '/api/v1/accounts/confirm', { body });
  if (made.status !== 201) throw new Error(`the code was answered ${made.status}: ${made.text}`);
  return member(made.json, 'id');
}
