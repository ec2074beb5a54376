/** Passkeys on the pages of a sign-in: alone, or as the second factor of one under way. */
import * as v from 'valibot';
import { findAttempt } from '../../domain/sessions/attempt.ts';
import { stepByPasskey } from '../../domain/sessions/first-step.ts';
import { stepBySecondPasskey } from '../../domain/sessions/second-step.ts';
import {
  ceremony,
  credentialIn,
  credentialText,
  passkeyFailures,
  shownCredential,
} from '../factors/credential.ts';
import { openRoute } from '../route.ts';
import { browserSecret } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { outlookOf, rowId, stepBrowser, stepReply, wayOn } from './way-on.ts';

const facts = {
  method: 'POST',
  subject: 'oauth',
  forgery: 'always',
  limits: ['network'],
  page: true,
  leadsAway: true,
  redraw: deadEnd,
  form: true,
  answers: {
    303: { description: 'Signed in: on with the request, or to the path; or to what is missing yet.' },
  },
} as const;

/** `POST /sign-in/passkey`: a passkey alone. */
export const signInPasskeyRoute = openRoute(
  {
    ...facts,
    path: '/sign-in/passkey',
    summary: 'Sign in by a passkey that the page has asked for.',
    body: v.strictObject({ ...wayOn, ceremony, passkey_answer: credentialText }),
    failures: [...passkeyFailures, 'client_request_invalid', 'authorization_over', 'sign_in_refused'],
  },
  async (call) => {
    const { ports, body } = call;
    const { authorization, next } = body;
    await outlookOf(call, authorization);
    const { cookies, ...browser } = await stepBrowser(call);
    const wish = { identifier: '', authorization, next };
    const shown = { ceremony: body.ceremony, credential: credentialIn(shownCredential, body.passkey_answer) };
    return stepReply(await stepByPasskey(ports, { ...browser, ...shown, wish }), wish, cookies);
  },
);

/** `POST /sign-in/second-passkey`: a passkey as the second factor. */
export const secondPasskeyRoute = openRoute(
  {
    ...facts,
    path: '/sign-in/second-passkey',
    summary: 'Prove the sign-in under way by a passkey of its account.',
    body: v.strictObject({ attempt: rowId, ceremony, passkey_answer: credentialText }),
    failures: [...passkeyFailures, 'sign_in_over', 'sign_in_refused'],
  },
  async (call) => {
    const { ports, body, wire } = call;
    const attempt = await findAttempt(ports, body.attempt, { browser: browserSecret(wire), step: 'second' });
    const { cookies, ...browser } = await stepBrowser(call);
    const shown = { ceremony: body.ceremony, credential: credentialIn(shownCredential, body.passkey_answer) };
    return stepReply(await stepBySecondPasskey(ports, { ...browser, ...shown, attempt }), attempt, cookies);
  },
);
