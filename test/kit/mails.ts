/** The mails of a server under test: it has no SMTP server, so they stay in the developer's inbox. */
import type { Mail, MailKind } from '../../packages/server/src/domain/mail/mail.ts';
import { openMail } from '../../packages/server/src/domain/mail/waiting-mail.ts';
import type { Assembly } from '../../packages/server/src/program/create-doorward.ts';

type Inside = { readonly assembly: Pick<Assembly, 'ports'> };

/** All mails to a mailbox, youngest first. */
export async function mailsTo({ assembly }: Inside, to: string): Promise<Mail[]> {
  const { store, vault } = assembly.ports;
  const rows = await store.read.mails.latest({ limit: 1000 });
  return rows.flatMap((row) => openMail(vault, row) ?? []).filter((mail) => mail.to === to);
}

type Found<Kind extends MailKind> = Extract<Mail, { readonly kind: Kind }>;

/** The youngest mail of a kind to a mailbox; throws when there is none. */
export async function mailTo<Kind extends MailKind>(
  serving: Inside,
  to: string,
  kind: Kind,
): Promise<Found<Kind>> {
  const mails = await mailsTo(serving, to);
  const found = mails.find((mail): mail is Found<Kind> => mail.kind === kind);
  if (!found) throw new Error(`no mail ${kind} to ${to}, only ${mails.map((mail) => mail.kind).join(', ')}`);
  return found;
}
