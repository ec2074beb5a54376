/**
 * Signing in by a passkey alone, over the API. Whoever asks for options learns nothing by them: they are the same for all.
 */
import * as v from 'valibot';
import { offerPasskey } from '../../domain/factors/prove-passkey.ts';
import { signInByPasskey } from '../../domain/sessions/sign-in-by-passkey.ts';
import { sessionCarriers } from '../../domain/tokens/session-carriers.ts';
import { browserCookie, browserSecret, newBrowserSecret } from '../authorize/browser.ts';
import { ceremony, offeredSchema, passkeyFailures, shownCredential } from '../factors/credential.ts';
import { nameLine } from '../input.ts';
import { languageOf } from '../language.ts';
import { openRoute } from '../route.ts';
import { signedInReply, signedInSchema } from '../views.ts';
import { replacedBy, withoutFormer } from './replaced.ts';

const path = '/api/v1/sessions/passkey';

/** `POST /api/v1/sessions/passkey/options`: begin. */
export const offerPasskeyRoute = openRoute(
  {
    method: 'POST',
    path: `${path}/options`,
    subject: 'sessions',
    summary: 'Begin to sign in by a passkey: what to give to navigator.credentials.get().',
    forgery: 'always',
    limits: ['none'],
    answers: { 200: { description: 'The options, good for this browser alone.', schema: offeredSchema } },
    failures: [],
  },
  async ({ ports, wire }) => {
    const kept = browserSecret(wire);
    const boundTo = kept === '' ? newBrowserSecret() : kept;
    const json = await offerPasskey(ports, { purpose: 'sign-in', boundTo, accountId: '' });
    return { status: 200, json, cookies: [browserCookie(boundTo)] };
  },
);

/** `POST /api/v1/sessions/passkey`: sign in. */
export const signInByPasskeyRoute = openRoute(
  {
    method: 'POST',
    path,
    subject: 'sessions',
    summary: 'Sign in by a passkey alone and begin a session in the carrier of your choice.',
    forgery: 'always',
    limits: ['network'],
    body: v.strictObject({
      ceremony,
      credential: shownCredential,
      carrier: v.optional(
        v.picklist(['cookie', 'opaque', 'jwt', 'jwt-cookie'], 'This is no carrier.'),
        'cookie',
      ),
      client_name: v.optional(nameLine(100), ''),
      keep_account: v.optional(v.boolean('This must be true or false.'), false),
    }),
    answers: { 201: { description: 'The session.', schema: signedInSchema } },
    failures: [...passkeyFailures, 'sign_in_refused', 'factor_enrolment_required', 'account_closing'],
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const carrier = sessionCarriers[body.carrier];
    const replaces = await replacedBy(call, carrier);
    const signedIn = await signInByPasskey(ports, {
      ceremony: body.ceremony,
      boundTo: browserSecret(wire),
      credential: body.credential,
      carrier,
      clientName: body.client_name,
      network,
      language: languageOf(wire),
      replaces,
      keeps: body.keep_account,
    });
    return withoutFormer(call, carrier, { reply: signedInReply(signedIn, 201), replaces });
  },
);
