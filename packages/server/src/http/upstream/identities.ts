import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { isUuid } from '../../base/uuid.ts';
import { unlinkIdentity } from '../../domain/accounts/identities.ts';
import { requireStrongProof } from '../../domain/factors/factor-owner.ts';
import { fail } from '../../domain/failures.ts';
import { line, nextPath } from '../input.ts';
import { sessionRoute } from '../route.ts';
import { done, time } from '../views.ts';
import { leadAway } from './outside.ts';

const path = '/api/v1/account/identities';

const when = v.pipe(v.string(), v.isoTimestamp());

const identitySchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  issuer: v.string(),
  subject: v.string(),
  label: v.string(),
  created_at: when,
  last_used_at: v.nullable(when),
});

/** `GET /api/v1/account/identities`. */
export const listIdentitiesRoute = sessionRoute(
  {
    method: 'GET',
    path,
    subject: 'accounts',
    summary: 'The outside sign-ins that are linked to your account, oldest first.',
    forgery: 'none',
    limits: ['none'],
    answers: {
      200: { description: 'The identities.', schema: v.object({ identities: v.array(identitySchema) }) },
    },
    failures: [],
  },
  async ({ ports, session }) => {
    const identities = await ports.store.read.identities.list(session.accountId);
    const shown = identities.map(({ id, issuer, subject, label, createdAt, usedAt }) => ({
      id,
      issuer,
      subject,
      label,
      created_at: isoTime(createdAt),
      last_used_at: time(usedAt),
    }));
    return { status: 200, json: { identities: shown } };
  },
);

/** `POST /api/v1/account/identities`: begin to link. */
export const linkIdentityRoute = sessionRoute(
  {
    method: 'POST',
    path,
    subject: 'accounts',
    summary: 'Begin to link an outside sign-in: tells where to send the browser.',
    forgery: 'carrier',
    limits: ['none'],
    body: v.strictObject({ provider: line(32), next: v.optional(nextPath, '/') }),
    answers: { 200: { description: 'Where to go.', schema: v.object({ location: v.string() }) } },
    failures: ['proof_too_old', 'proof_too_weak', 'not_found', 'provider_unavailable', 'provider_refused'],
  },
  async ({ ports, session, body: { provider, next } }) => {
    await requireStrongProof(ports, session);
    const { location, cookies } = await leadAway(ports, {
      provider,
      authorization: '',
      next,
      linksTo: session.id,
    });
    return { status: 200, json: { location }, cookies };
  },
);

/** `DELETE /api/v1/account/identities/:id`: unlink. */
export const unlinkIdentityRoute = sessionRoute(
  {
    method: 'DELETE',
    path: `${path}/:id`,
    subject: 'accounts',
    summary: 'Unlink an outside sign-in, unless it is the last way in.',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 204: { description: 'It opens nothing any more.' } },
    failures: ['proof_too_old', 'proof_too_weak', 'not_found', 'last_way_in'],
  },
  async ({ ports, session, param, network }) => {
    await requireStrongProof(ports, session);
    const identityId = param('id');
    if (!isUuid(identityId)) throw fail('not_found');
    await unlinkIdentity(ports, { accountId: session.accountId, identityId, network });
    return done;
  },
);
