import * as v from 'valibot';
import { signUp } from '../../domain/accounts/sign-up.ts';
import { line, newPasswordFailures, passwordText } from '../input.ts';
import { openRoute } from '../route.ts';
import { accountSchema, accountView } from '../views.ts';

/** `POST /api/v1/accounts`: sign up. */
export const signUpRoute = openRoute(
  {
    method: 'POST',
    path: '/api/v1/accounts',
    subject: 'accounts',
    summary: 'Make an account.',
    forgery: 'always',
    limits: ['sign-up', 'hashing'],
    body: v.strictObject({
      email: v.optional(line(254)),
      username: v.optional(line(64)),
      name: v.optional(line(100)),
      password: passwordText,
    }),
    answers: { 201: { description: 'The account.', schema: accountSchema } },
    failures: [
      'sign_up_closed',
      'identifier_taken',
      'attempts_exhausted',
      ...newPasswordFailures,
      'hashing_busy',
    ],
  },
  async ({ ports, body, network }) => ({
    status: 201,
    json: accountView(await signUp(ports, { ...body, network })),
  }),
);
