import * as v from 'valibot';
import { proveAgain } from '../../domain/sessions/prove-again.ts';
import { passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { sessionRoute } from '../route.ts';
import { signedInReply, signedInSchema } from '../views.ts';
import { factorEntries, factorFailures, givenFactor } from './given-factor.ts';

/** `POST /api/v1/session/proof`: step up. */
export const proveAgainRoute = sessionRoute(
  {
    method: 'POST',
    path: '/api/v1/session/proof',
    subject: 'factors',
    summary: 'Prove once more who you are, for what takes a recent or a stronger proof. The session goes on.',
    forgery: 'carrier',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({ password: v.optional(passwordText), ...factorEntries }),
    answers: {
      200: {
        description: 'The session as it is now; tokens say so from their next refresh on.',
        schema: signedInSchema,
      },
    },
    failures: [
      ...factorFailures,
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
    const factor = givenFactor(body);
    const { password } = body;
    const proof = { session, carrier, network, password, factor, language: languageOf(wire) };
    return signedInReply(await proveAgain(ports, proof), 200);
  },
);
