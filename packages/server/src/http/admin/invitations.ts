import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { isUuid } from '../../base/uuid.ts';
import {
  type Invitation,
  invite,
  listInvitations,
  takeInvitation,
  withdrawInvitation,
} from '../../domain/accounts/invite.ts';
import { fail } from '../../domain/failures.ts';
import { line, nameLine, newPasswordFailures, passwordText, wholeNumber } from '../input.ts';
import { languageOf } from '../language.ts';
import { linkText } from '../mail/asked.ts';
import { openRoute, permittedRoute } from '../route.ts';
import { accountSchema, accountView, done } from '../views.ts';
import { governor } from './accounts.ts';

const path = '/api/v1/admin/invitations';

const when = v.pipe(v.string(), v.isoTimestamp());

const invitationSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  email: v.string(),
  roles: v.array(v.string()),
  by: v.string(),
  created_at: when,
  expires_at: when,
});

/** Shows an invitation; its link is for the mail alone. */
export const invitationView = ({
  id,
  email,
  roles,
  by,
  createdAt,
  expiresAt,
}: Invitation): v.InferOutput<typeof invitationSchema> => ({
  id,
  email,
  roles: [...roles],
  by,
  created_at: isoTime(createdAt),
  expires_at: isoTime(expiresAt),
});

/** `POST /api/v1/admin/invitations`: invite a mailbox. */
export const inviteRoute = permittedRoute(
  {
    method: 'POST',
    path,
    subject: 'administration',
    summary: 'Invite a mailbox to make an account with these roles; an earlier invitation of it is void.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:accounts:write',
    body: v.strictObject({
      email: line(254),
      roles: v.optional(
        v.pipe(v.array(line(64), 'This must be a list.'), v.maxLength(50, 'Name at most 50 roles.')),
        [],
      ),
    }),
    answers: {
      201: { description: 'The invitation; its link stands in the mail alone.', schema: invitationSchema },
    },
    failures: ['mail_off', 'privilege_exceeded', 'identifier_taken'],
  },
  async (call) => {
    const { email, roles } = call.body;
    const invitation = await invite(call.ports, governor(call), {
      email,
      roles,
      language: languageOf(call.wire),
    });
    return { status: 201, json: invitationView(invitation) };
  },
);

/** `GET /api/v1/admin/invitations`: those that wait. */
export const listInvitationsRoute = permittedRoute(
  {
    method: 'GET',
    path,
    subject: 'administration',
    summary: 'The invitations that wait, youngest first.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    permission: 'doorward:accounts:read',
    query: v.strictObject({ limit: v.optional(wholeNumber(1, 200), '50') }),
    answers: {
      200: { description: 'The invitations.', schema: v.object({ invitations: v.array(invitationSchema) }) },
    },
    failures: [],
  },
  async ({ ports, query: { limit } }) => ({
    status: 200,
    json: { invitations: (await listInvitations(ports, limit)).map(invitationView) },
  }),
);

/** `DELETE /api/v1/admin/invitations/:id`: withdraw one. */
export const withdrawInvitationRoute = permittedRoute(
  {
    method: 'DELETE',
    path: `${path}/:id`,
    subject: 'administration',
    summary: 'Withdraw an invitation: its link opens nothing any more.',
    forgery: 'carrier',
    limits: ['none'],
    permission: 'doorward:accounts:write',
    answers: { 204: { description: 'It is withdrawn.' } },
    failures: ['not_found', 'privilege_exceeded'],
  },
  async (call) => {
    const id = call.param('id');
    if (!isUuid(id)) throw fail('not_found');
    await withdrawInvitation(call.ports, governor(call), id);
    return done;
  },
);

/** `POST /api/v1/invitations/accept`: take an invitation by program. */
export const acceptInvitationRoute = openRoute(
  {
    method: 'POST',
    path: '/api/v1/invitations/accept',
    subject: 'accounts',
    summary: 'Make the account that the link of an invitation offers.',
    forgery: 'always',
    limits: ['network', 'hashing'],
    body: v.strictObject({ link: linkText, name: v.optional(nameLine(100), ''), password: passwordText }),
    answers: { 201: { description: 'The account.', schema: accountSchema } },
    failures: ['ticket_over', 'identifier_taken', ...newPasswordFailures, 'hashing_busy'],
  },
  async ({ ports, body, network }) => {
    const { take } = await takeInvitation(ports, { ...body, network });
    return { status: 201, json: accountView(await ports.store.transact(take)) };
  },
);
