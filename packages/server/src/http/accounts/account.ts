import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { changeOwnAccount } from '../../domain/accounts/change-account.ts';
import { deleteOwnAccount } from '../../domain/accounts/leave.ts';
import { fail } from '../../domain/failures.ts';
import { line, nameLine, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { signingOff } from '../reply.ts';
import { accountRoute, sessionRoute } from '../route.ts';
import { accountSchema, accountView } from '../views.ts';

const path = '/api/v1/account';

/** `GET /api/v1/account`: one's own account. */
export const readAccountRoute = accountRoute(
  {
    method: 'GET',
    path,
    subject: 'accounts',
    summary: 'Your account.',
    forgery: 'none',
    limits: ['none'],
    scope: 'account:read',
    basic: true,
    answers: { 200: { description: 'The account.', schema: accountSchema } },
    failures: ['scope_missing', 'sign_in_refused', 'attempts_exhausted', 'hashing_busy'],
  },
  async ({ ports, principal }) => {
    const account = await ports.store.read.accounts.find(principal.accountId);
    if (!account)
      throw fail('credentials_invalid', {
        detail: { check: 'account-deleted', account: principal.accountId },
      });
    return { status: 200, json: accountView(account) };
  },
);

/** `PATCH /api/v1/account`: change name and identifiers. */
export const changeAccountRoute = sessionRoute(
  {
    method: 'PATCH',
    path,
    subject: 'accounts',
    summary: 'Change your name, e-mail address or username.',
    forgery: 'carrier',
    limits: ['none'],
    body: v.strictObject({
      name: v.optional(nameLine(100)),
      email: v.optional(v.nullable(line(254))),
      username: v.optional(v.nullable(line(64))),
    }),
    answers: { 200: { description: 'The account as it is now.', schema: accountSchema } },
    failures: ['proof_too_old', 'proof_too_weak', 'mailbox_unproven', 'identifier_taken'],
  },
  async ({ ports, session, body, network }) => {
    const account = await changeOwnAccount(ports, { session, change: body, network });
    return { status: 200, json: accountView(account) };
  },
);

const closedSchema = v.object({
  deletes_at: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.description('Until then whoever signs in is offered to keep it.'),
  ),
});

/** `DELETE /api/v1/account`: delete one's own account. */
export const deleteAccountRoute = sessionRoute(
  {
    method: 'DELETE',
    path,
    subject: 'accounts',
    summary:
      'Close your account, to be deleted with everything that hangs from it after the time of grace: by its password, or where it has none by a proof of lately.',
    forgery: 'carrier',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({ password: v.optional(passwordText) }),
    answers: {
      202: { description: 'It is closed, and says when it will be deleted.', schema: closedSchema },
      204: { description: 'It is gone: there is no time of grace.' },
    },
    failures: [
      'proof_too_old',
      'proof_too_weak',
      'current_password_wrong',
      'attempts_exhausted',
      'hashing_busy',
    ],
  },
  async ({ ports, principal, session, body, wire, network }) => {
    const { password } = body;
    const leaving = { session, password, network, language: languageOf(wire) };
    const deletesAt = await deleteOwnAccount(ports, leaving);
    const reply = signingOff(principal.carrier.cookies ?? []);
    return deletesAt === undefined
      ? { status: 204, ...reply }
      : { status: 202, json: { deletes_at: isoTime(deletesAt) }, ...reply };
  },
);
