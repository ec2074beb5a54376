import * as v from 'valibot';
import { deviceCookie } from '../../domain/factors/remembered-device.ts';
import { signIn } from '../../domain/sessions/sign-in.ts';
import { sessionCarriers } from '../../domain/tokens/session-carriers.ts';
import { factorEntries, factorFailures, givenFactor } from '../factors/given-factor.ts';
import { line, nameLine, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { openRoute } from '../route.ts';
import { signedInReply, signedInSchema } from '../views.ts';
import { replacedBy, withoutFormer } from './replaced.ts';

/** `POST /api/v1/sessions`: sign in. */
export const signInRoute = openRoute(
  {
    method: 'POST',
    path: '/api/v1/sessions',
    subject: 'sessions',
    summary: 'Sign in and begin a session in the carrier of your choice.',
    forgery: 'always',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({
      identifier: line(254),
      password: passwordText,
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
      'sign_in_refused',
      ...factorFailures,
      'factor_enrolment_required',
      'account_closing',
      'attempts_exhausted',
      'password_malformed',
      'password_too_long',
      'hashing_busy',
    ],
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const { identifier, password, client_name: clientName, remember_device: remembers } = body;
    const keeps = body.keep_account;
    const factor = givenFactor(body);
    const device = (accountId: string) => wire.cookie(deviceCookie(accountId));
    const carrier = sessionCarriers[body.carrier];
    const replaces = await replacedBy(call, carrier);
    const language = languageOf(wire);
    const proof = { identifier, password, factor, device, remembers, keeps };
    const claim = { ...proof, carrier, clientName, network, language, replaces };
    const reply = signedInReply(await signIn(ports, claim), 201);
    return withoutFormer(call, carrier, { reply, replaces });
  },
);
