/** Passkeys on the pages of a sign-in: alone, or as the second factor of one under way. */
import * as v from 'valibot';
import { unknownCredential } from '../../domain/factors/passkeys.ts';
import { isFailure } from '../../domain/failures.ts';
import { stepByPasskey } from '../../domain/sessions/first-step.ts';
import { stepBySecondPasskey } from '../../domain/sessions/second-step.ts';
import {
  ceremony,
  credentialIn,
  credentialText,
  passkeyFailures,
  shownCredential,
} from '../factors/credential.ts';
import { type Call, openRoute } from '../route.ts';
import { deadEnd } from './dead-end.ts';
import { atSecondStep, redrawSecondStep } from './second-step-page.ts';
import { redrawSignIn } from './sign-in.ts';
import { outlookOf, rowId, stepBrowser, stepReply, wayOn } from './way-on.ts';

const facts = {
  method: 'POST',
  subject: 'oauth',
  forgery: 'always',
  limits: ['network'],
  page: true,
  leadsAway: true,
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
    redraw: async (call, failure) => {
      // Only an answer that was paid for is looked up.
      const unknown = failure.code === 'passkey_refused' ? await unknownIn(call) : undefined;
      return redrawSignIn(call, { failure, unknown });
    },
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

const shownText = v.looseObject({ passkey_answer: credentialText });

/** What the browser is told of a passkey that was refused because it opens nothing any more; undefined for any other. */
async function unknownIn({ ports, body }: Pick<Call, 'ports' | 'body'>): Promise<object | undefined> {
  if (!v.is(shownText, body)) return undefined;
  try {
    const { id } = credentialIn(shownCredential, body.passkey_answer);
    return await unknownCredential(ports, id);
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return undefined;
  }
}

const named = v.looseObject({ attempt: rowId });

/** `POST /sign-in/second-passkey`: a passkey as the second factor. */
export const secondPasskeyRoute = openRoute(
  {
    ...facts,
    path: '/sign-in/second-passkey',
    summary: 'Prove the sign-in under way by a passkey of its account.',
    body: v.strictObject({ attempt: rowId, ceremony, passkey_answer: credentialText }),
    failures: [...passkeyFailures, 'sign_in_over', 'sign_in_refused'],
    redraw: (call, failure) => {
      const { body } = call;
      return v.is(named, body) ? redrawSecondStep(call, body.attempt, { failure }) : deadEnd(call, failure);
    },
  },
  async (call) => {
    const { ports, body } = call;
    const attempt = await atSecondStep(call, body.attempt);
    const { cookies, ...browser } = await stepBrowser(call);
    const shown = { ceremony: body.ceremony, credential: credentialIn(shownCredential, body.passkey_answer) };
    return stepReply(await stepBySecondPasskey(ports, { ...browser, ...shown, attempt }), attempt, cookies);
  },
);
