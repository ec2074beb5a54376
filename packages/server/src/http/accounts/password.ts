import * as v from 'valibot';
import { changePassword } from '../../domain/accounts/change-password.ts';
import { newPasswordFailures, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { sessionRoute } from '../route.ts';
import { signedInReply, signedInSchema } from '../views.ts';

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
