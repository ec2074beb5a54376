/**
 * Signing in by mail, over the API: a mail with a code is asked for, and the code is shown with the ticket that its answer gave.
 * Whoever asks learns nothing of who has an account.
 */
import * as v from 'valibot';
import { deviceCookie } from '../../domain/factors/remembered-device.ts';
import { signInByCode } from '../../domain/sessions/sign-in-by-code.ts';
import { askMailSignIn } from '../../domain/sessions/sign-in-by-mail.ts';
import { sessionCarriers } from '../../domain/tokens/session-carriers.ts';
import { factorEntries, factorFailures, givenFactor } from '../factors/given-factor.ts';
import { line, nameLine } from '../input.ts';
import { languageOf } from '../language.ts';
import {
  askedAnswer,
  askedReply,
  askingFailures,
  confirmationEntries,
  shownTicket,
  ticketFailures,
} from '../mail/asked.ts';
import { openRoute } from '../route.ts';
import { signedInReply, signedInSchema } from '../views.ts';
import { replacedBy, withoutFormer } from './replaced.ts';

const path = '/api/v1/sessions/mail';

/** `POST /api/v1/sessions/mail`: ask for the mail. */
export const askMailRoute = openRoute(
  {
    method: 'POST',
    path,
    subject: 'sessions',
    summary: 'Ask for a mail with a code to sign in by. The answer tells nothing of who has an account.',
    forgery: 'always',
    limits: ['network'],
    body: v.strictObject({ email: line(254) }),
    answers: askedAnswer,
    failures: askingFailures,
  },
  async ({ ports, body: { email }, wire, network }) => {
    const asking = { email, attempt: '', asker: undefined, network, language: languageOf(wire) };
    return askedReply(await askMailSignIn(ports, asking));
  },
);

/** `POST /api/v1/sessions/mail/confirm`: sign in by the code. */
export const signInByMailRoute = openRoute(
  {
    method: 'POST',
    path: `${path}/confirm`,
    subject: 'sessions',
    summary: 'Sign in by the code of the mail and begin a session in the carrier of your choice.',
    forgery: 'always',
    limits: ['account', 'network'],
    body: v.strictObject({
      ...confirmationEntries,
      carrier: v.optional(
        v.picklist(['cookie', 'opaque', 'jwt', 'jwt-cookie'], 'This is no carrier.'),
        'cookie',
      ),
      client_name: v.optional(nameLine(100), ''),
      ...factorEntries,
      keep_account: v.optional(v.boolean('This must be true or false.'), false),
      remember_device: v.optional(v.boolean('This must be true or false.'), false),
    }),
    answers: { 201: { description: 'The session.', schema: signedInSchema } },
    failures: [
      ...ticketFailures,
      'sign_in_refused',
      ...factorFailures,
      'factor_enrolment_required',
      'account_closing',
    ],
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const carrier = sessionCarriers[body.carrier];
    const replaces = await replacedBy(call, carrier);
    const signedIn = await signInByCode(ports, {
      ...shownTicket(ports, body),
      carrier,
      clientName: body.client_name,
      network,
      language: languageOf(wire),
      factor: givenFactor(body),
      device: (accountId) => wire.cookie(deviceCookie(accountId)),
      remembers: body.remember_device,
      keeps: body.keep_account,
      replaces,
    });
    return withoutFormer(call, carrier, { reply: signedInReply(signedIn, 201), replaces });
  },
);
