import * as v from 'valibot';
import { changeOwnAccount } from '../../domain/accounts/change-account.ts';
import { askEmailChange } from '../../domain/accounts/change-email.ts';
import { ticketPath } from '../../domain/mail/asked-mail.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { keptBrowser } from '../authorize/way-on.ts';
import { check, line, nameLine } from '../input.ts';
import { languageOf } from '../language.ts';
import { askingFailures } from '../mail/asked.ts';
import { centreRoute, type Draw, doneAt, formRoute, ownAccount } from './centre.ts';
import { wayBackNote } from './way-back.ts';

const path = centrePaths.names;

const draw: Draw = async (call, centre) => {
  const { name, username = '', email, emailVerifiedAt } = await ownAccount(call);
  const { namesPage } = await import('../../pages/account/names.ts');
  const byMail = call.ports.mail !== 'off';
  return namesPage(centre, { name, username, email, emailProven: emailVerifiedAt > 0, byMail });
};

/** `GET /account/names`: what the account is called. */
export const namesPageRoute = centreRoute({ path, summary: 'Name, username and address.' }, draw);

/** Lenient, so that what is wrong with a field is told at the field. */
const text = v.string('This must be text.');

/** `POST /account/names`: changes name and username; an empty username is none. */
export const namesFormRoute = formRoute(
  {
    path,
    formOf: path,
    summary: 'Change your name and username.',
    body: v.strictObject({ name: text, username: text }),
    failures: ['identifier_taken'],
  },
  {
    act: async (call) => {
      const { ports, session, body, network } = call;
      const { name, username } = check(
        v.object({ name: nameLine(100), username: line(64) }),
        body,
        'input_invalid',
      );
      const change = { name, username: username === '' ? null : username };
      const before = await ownAccount(call);
      await changeOwnAccount(ports, { session, change, network });
      const fields = { name: before.name, username: before.username ?? '' };
      const isOther = fields.name !== name || fields.username !== username;
      return doneAt(path, 'names-saved', isOther ? [wayBackNote.keep(call, { action: path, fields })] : []);
    },
    draw,
  },
);

/**
 * `POST /account/email`: changes the address, by a mail to it where one can be sent. An empty one is none; the one that the account
 * has is proven.
 */
export const emailFormRoute = formRoute(
  {
    path: '/account/email',
    formOf: path,
    summary: 'Change your e-mail address, or prove it; where mail can be sent, by a mail to it.',
    limits: ['network'],
    body: v.strictObject({ email: text }),
    keeps: ['email'],
    failures: ['proof_too_old', 'proof_too_weak', 'mailbox_unproven', 'identifier_taken', ...askingFailures],
  },
  {
    act: async (call) => {
      const { ports, session, body, wire, network } = call;
      const { email } = check(v.object({ email: line(254) }), body, 'input_invalid');
      if (email !== '' && ports.mail !== 'off') {
        const { browser: asker, cookies } = keptBrowser(call);
        const asking = { session, email, asker, network, language: languageOf(wire) };
        const { id } = await askEmailChange(ports, asking);
        return { status: 303, headers: { location: withFields(ticketPath, [['ticket', id]]) }, cookies };
      }
      await changeOwnAccount(ports, { session, change: { email: email === '' ? null : email }, network });
      return doneAt(path, 'names-saved');
    },
    draw,
  },
);
