import * as v from 'valibot';
import { offerPasskey } from '../../domain/factors/prove-passkey.ts';
import { fail } from '../../domain/failures.ts';
import { proveAgain } from '../../domain/sessions/prove-again.ts';
import { passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { sessionRoute } from '../route.ts';
import { signedInReply, signedInSchema } from '../views.ts';
import { offeredSchema } from './credential.ts';
import { factorFailures, givenFactor, proofEntries } from './given-factor.ts';

/** `POST /api/v1/session/proof/options`: ask for a passkey. */
export const offerProofRoute = sessionRoute(
  {
    method: 'POST',
    path: '/api/v1/session/proof/options',
    subject: 'factors',
    summary: 'Begin to prove by one of your passkeys: what to give to navigator.credentials.get().',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 200: { description: 'The options.', schema: offeredSchema } },
    failures: [],
  },
  async ({ ports, session: { id: boundTo, accountId } }) => ({
    status: 200,
    json: await offerPasskey(ports, { purpose: 'second-factor', boundTo, accountId }),
  }),
);

/** `POST /api/v1/session/proof`: step up. */
export const proveAgainRoute = sessionRoute(
  {
    method: 'POST',
    path: '/api/v1/session/proof',
    subject: 'factors',
    summary: 'Prove once more who you are, for what takes a recent or a stronger proof. The session goes on.',
    forgery: 'carrier',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({ password: v.optional(passwordText), ...proofEntries }),
    answers: {
      200: {
        description: 'The session as it is now; tokens say so from their next refresh on.',
        schema: signedInSchema,
      },
    },
    failures: [
      ...factorFailures,
      'ceremony_over',
      'passkey_refused',
      'carrier_refused',
      'current_password_wrong',
      'sign_in_refused',
      'factor_enrolment_required',
      'attempts_exhausted',
      'password_malformed',
      'password_too_long',
      'hashing_busy',
    ],
  },
  async ({ ports, session, principal: { carrier }, body, wire, network }) => {
    const shown = givenFactor(body);
    if (shown && body.passkey)
      throw fail('input_invalid', {
        fields: [{ field: 'passkey', message: 'Give one second factor at a time.' }],
      });
    const factor = body.passkey
      ? ({ kind: 'passkey', boundTo: session.id, ...body.passkey } as const)
      : shown;
    const { password } = body;
    const proof = { session, carrier, network, password, factor, language: languageOf(wire) };
    return signedInReply(await proveAgain(ports, proof), 200);
  },
);
