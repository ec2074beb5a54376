/** `doorward accounts invite …`: accounts that wait for their owners. The mail leaves when the server next serves. */
import {
  type Invitation,
  invite,
  listInvitations,
  withdrawInvitation,
} from '../../domain/accounts/invite.ts';
import { isFailure } from '../../domain/failures.ts';
import { invitationView } from '../../http/admin/invitations.ts';
import { isLanguage } from '../../pages/language.ts';
import { columns } from '../columns.ts';
import { operator } from '../verbs.ts';
import { argument, type Command, CommandRefused, textOption } from './command.ts';
import { withPorts } from './folder.ts';

/** `accounts invite`: the link stands in the mail alone. */
export const inviteMailbox: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const email = textOption(invocation, 'email');
    if (email === undefined) throw new CommandRefused('Name the mailbox with --email.', 2);
    const roles = textOption(invocation, 'roles')?.split(',').filter(Boolean) ?? [];
    const language = textOption(invocation, 'language') ?? 'en';
    if (!isLanguage(language)) throw new CommandRefused(`There are no mails in "${language}".`, 2);
    try {
      const invitation = await invite(ports, operator, { email, roles, language });
      return { json: { invitation: invitationView(invitation) }, text: columns([row(invitation)]) };
    } catch (thrown) {
      if (!isFailure(thrown) || thrown.code !== 'mail_off') throw thrown;
      throw new CommandRefused(
        'No mail can be sent with these settings: set the ones of mail, as for the server.',
      );
    }
  });

/** `accounts invitations`: those that wait. */
export const showInvitations: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const invitations = await listInvitations(ports, 10_000);
    return {
      json: { invitations: invitations.map(invitationView) },
      text: invitations.length === 0 ? 'No invitations.' : columns(invitations.map(row)),
    };
  });

/** `accounts withdraw`: its link opens nothing any more. */
export const withdrawOffer: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const id = argument(invocation, 0);
    await withdrawInvitation(ports, operator, id);
    return { json: { withdrawn: id }, text: `Withdrawn: ${id}.` };
  });

const row = ({ id, email, roles, expiresAt }: Invitation): string[] => [
  id,
  email,
  roles.join(','),
  `until ${new Date(expiresAt).toISOString()}`,
];
