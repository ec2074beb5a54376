import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { type ExportedAccount, exportAccount } from '../../domain/accounts/export-account.ts';
import { passkeySchema, passkeyView } from '../factors/passkeys.ts';
import { sessionRoute } from '../route.ts';
import { accountSchema, accountView, sessionSchema, sessionView, time } from '../views.ts';

const text = v.string();
const when = v.pipe(text, v.isoTimestamp());

const exportSchema = v.object({
  account: accountSchema,
  password_changed_at: v.nullable(when),
  sessions: v.array(sessionSchema),
  grants: v.array(
    v.object({
      client_id: text,
      client_name: text,
      scopes: v.array(text),
      resources: v.array(text),
      created_at: when,
    }),
  ),
  identities: v.array(
    v.object({ issuer: text, subject: text, label: text, created_at: when, last_used_at: v.nullable(when) }),
  ),
  totp: v.nullable(v.object({ created_at: when, last_used_at: v.nullable(when) })),
  passkeys: v.array(passkeySchema),
  recovery_codes_left: v.number(),
  remembered_browsers: v.array(
    v.object({
      client_name: text,
      network: text,
      created_at: when,
      last_used_at: v.nullable(when),
      expires_at: when,
    }),
  ),
  api_keys: v.array(
    v.object({ name: text, hint: text, scopes: v.array(text), created_at: when, expires_at: when }),
  ),
  events: v.array(
    v.object({ at: when, type: text, actor: text, network: text, data: v.record(text, v.unknown()) }),
  ),
});

/** Everything about an account as JSON; no secrets. */
export const exportView = (exported: ExportedAccount): v.InferOutput<typeof exportSchema> => ({
  account: accountView(exported.account),
  password_changed_at: time(exported.passwordSince ?? 0),
  sessions: exported.sessions.map(sessionView),
  grants: exported.grants.map(({ client, scopes, resources, createdAt }) => ({
    client_id: client.id,
    client_name: client.name,
    scopes: [...scopes],
    resources: [...resources],
    created_at: isoTime(createdAt),
  })),
  identities: exported.identities.map(({ issuer, subject, label, createdAt, usedAt }) => ({
    issuer,
    subject,
    label,
    created_at: isoTime(createdAt),
    last_used_at: time(usedAt),
  })),
  totp: exported.app
    ? { created_at: isoTime(exported.app.createdAt), last_used_at: time(exported.app.usedAt) }
    : null,
  passkeys: exported.passkeys.map(passkeyView),
  recovery_codes_left: exported.recoveryCodesLeft,
  remembered_browsers: exported.browsers.map(({ clientName, network, createdAt, usedAt, expiresAt }) => ({
    client_name: clientName,
    network,
    created_at: isoTime(createdAt),
    last_used_at: time(usedAt),
    expires_at: isoTime(expiresAt),
  })),
  api_keys: exported.apiKeys.map(({ name, hint, scopes, createdAt, expiresAt }) => ({
    name,
    hint,
    scopes: [...scopes],
    created_at: isoTime(createdAt),
    expires_at: isoTime(expiresAt),
  })),
  events: exported.events.map(({ at, type, actor, network, data }) => ({
    at: isoTime(at),
    type,
    actor,
    network,
    data: JSON.parse(data) as Record<string, unknown>,
  })),
});

/** `GET /api/v1/account/data`: everything that is kept about one's account. */
export const readDataRoute = sessionRoute(
  {
    method: 'GET',
    path: '/api/v1/account/data',
    subject: 'accounts',
    summary: 'Everything that this server keeps about you; no secrets.',
    forgery: 'none',
    mayReadReplica: true,
    limits: ['none'],
    answers: { 200: { description: 'The data.', schema: exportSchema } },
    failures: ['proof_too_old', 'proof_too_weak'],
  },
  async ({ parts, ports, session }) => ({
    status: 200,
    json: exportView(await exportAccount(parts.ports, session, ports)),
  }),
);
