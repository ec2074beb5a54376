/** The page that asks for the mail by which a new password is chosen. */
import * as v from 'valibot';
import { askReset } from '../../domain/accounts/reset-password.ts';
import { requireMail, ticketPath } from '../../domain/mail/asked-mail.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { deadEnd } from '../authorize/dead-end.ts';
import { keptBrowser } from '../authorize/way-on.ts';
import { check, line } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';

const path = '/reset';

/** `GET /reset`: the form. */
export const showResetRoute = openRoute(
  {
    method: 'GET',
    path,
    subject: 'accounts',
    summary: 'The form that asks for the mail by which a new password is chosen.',
    forgery: 'none',
    limits: ['none'],
    page: true,
    redraw: deadEnd,
    answers: { 200: { description: 'The form.', mediaType: 'text/html' } },
    failures: ['mail_off'],
  },
  async (call) => {
    requireMail(call.ports);
    return pageReply(await drawn(call, ''));
  },
);

/** Lenient, so that what is wrong with a field is told at the field. */
const form = v.strictObject({ email: v.string('This must be text.') });

/** `POST /reset`: asks for the mail. */
export const resetFormRoute = openRoute(
  {
    method: 'POST',
    path,
    subject: 'accounts',
    summary:
      'Ask for the mail by which a new password is chosen; the answer tells nothing of who has an account.',
    forgery: 'always',
    limits: ['network'],
    page: true,
    form: true,
    body: form,
    answers: { 303: { description: 'To the page that takes the code and the new password.' } },
    failures: ['mail_off', 'attempts_exhausted'],
    redraw: async (call, failure) => {
      const { body } = call;
      return v.is(form, body) && failure.code !== 'mail_off'
        ? drawn(call, body.email, failure)
        : deadEnd(call, failure);
    },
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const { email } = check(v.object({ email: line(254) }), body, 'input_invalid');
    const { browser: asker, cookies } = keptBrowser(call);
    const { id } = await askReset(ports, { email, asker, network, language: languageOf(wire) });
    return { status: 303, headers: { location: withFields(ticketPath, [['ticket', id]]) }, cookies };
  },
);

async function drawn(call: Call, email: string, failure?: ShownFailure): Promise<Page> {
  const { resetPage } = await import('../../pages/accounts/arrivals.ts');
  return resetPage({ frame: frameOf(call, { here: path }), email, failure });
}
