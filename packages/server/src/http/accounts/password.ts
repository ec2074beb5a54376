import * as v from 'valibot';
import { changePassword } from '../../domain/accounts/change-password.ts';
import { setFirstPassword } from '../../domain/accounts/first-password.ts';
import { newPasswordFailures, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { sessionRoute } from '../route.ts';
import { done, signedInReply, signedInSchema } from '../views.ts';

/** `PUT /api/v1/account/password`: change the password. */
export const changePasswordRoute = sessionRoute(
  {
    method: 'PUT',
    path: '/api/v1/account/password',
    subject: 'accounts',
    summary: 'Change your password. Every session ends; this one goes on under a new id.',
    forgery: 'carrier',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({ current_password: passwordText, new_password: passwordText }),
    answers: { 200: { description: 'The session that goes on.', schema: signedInSchema } },
    failures: ['current_password_wrong', 'attempts_exhausted', ...newPasswordFailures, 'hashing_busy'],
  },
  async ({ ports, session, principal: { carrier }, body, wire, network }) => {
    const { current_password: currentPassword, new_password: newPassword } = body;
    const change = { session, carrier, currentPassword, newPassword, network, language: languageOf(wire) };
    return signedInReply(await changePassword(ports, change), 200);
  },
);

/** `POST /api/v1/account/password`: the first password. */
export const firstPasswordRoute = sessionRoute(
  {
    method: 'POST',
    path: '/api/v1/account/password',
    subject: 'accounts',
    summary: 'Set a password, where your account has none.',
    forgery: 'carrier',
    limits: ['hashing'],
    body: v.strictObject({ new_password: passwordText }),
    answers: { 204: { description: 'It is set. Sessions go on.' } },
    failures: ['proof_too_old', 'proof_too_weak', 'password_exists', ...newPasswordFailures, 'hashing_busy'],
  },
  async ({ ports, session, body: { new_password: newPassword }, wire, network }) => {
    await setFirstPassword(ports, { session, newPassword, network, language: languageOf(wire) });
    return done;
  },
);
