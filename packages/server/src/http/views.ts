/**
 * How the nouns of the domain look as JSON: names in snake_case, times in ISO 8601 UTC, nothing secret. The schemas
 * beside them are printed into the OpenAPI document.
 */
import * as v from 'valibot';
import { isoTime } from '../base/iso-time.ts';
import type { Account } from '../domain/accounts/account.ts';
import type { Principal } from '../domain/sessions/authenticate.ts';
import type { SignedIn } from '../domain/sessions/complete-sign-in.ts';
import type { Session } from '../domain/sessions/session.ts';
import type { ApiKey } from '../domain/tokens/api-key.ts';
import type { Reply } from './route.ts';

/** A time as ISO 8601; null for "not yet". */
export const time = (milliseconds: number): string | null =>
  milliseconds === 0 ? null : isoTime(milliseconds);

const text = v.string();
const when = v.pipe(v.string(), v.isoTimestamp());

/** An account as JSON. */
export const accountSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  name: text,
  email: v.nullable(text),
  email_verified: v.boolean(),
  username: v.nullable(text),
  status: v.picklist(['active', 'disabled']),
  deletes_at: v.pipe(
    v.nullable(when),
    v.description('When it is deleted, closed by its owner and disabled until then.'),
  ),
  roles: v.array(text),
  created_at: when,
  updated_at: when,
});

/** Shows an account. */
export const accountView = (account: Account): v.InferOutput<typeof accountSchema> => ({
  id: account.id,
  name: account.name,
  email: account.email ?? null,
  email_verified: account.emailVerifiedAt > 0,
  username: account.username ?? null,
  status: account.status,
  deletes_at: time(account.deletesAt),
  roles: [...account.roles],
  created_at: isoTime(account.createdAt),
  updated_at: isoTime(account.updatedAt),
});

/** A session as JSON. */
export const sessionSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  carrier: text,
  created_at: when,
  last_seen_at: when,
  expires_at: when,
  proven_at: when,
  amr: v.array(text),
  network: text,
  client_name: text,
});

/** Shows a session. */
export const sessionView = (session: Session): v.InferOutput<typeof sessionSchema> => ({
  id: session.id,
  carrier: session.carrier,
  created_at: isoTime(session.createdAt),
  last_seen_at: isoTime(session.seenAt),
  expires_at: isoTime(session.expiresAt),
  proven_at: isoTime(session.provenAt),
  amr: session.amr.split(' '),
  network: session.network,
  client_name: session.clientName,
});

/** A session in a list, with whether it is the one that asks. */
export const listedSessionSchema = v.object({ ...sessionSchema.entries, current: v.boolean() });

/** Who is calling, as JSON. */
export const principalSchema = v.object({
  account: v.object({
    id: v.pipe(v.string(), v.uuid()),
    name: text,
    roles: v.array(text),
    permissions: v.array(text),
  }),
  session: sessionSchema,
});

/** Shows a principal that has a session. */
export const principalView = (
  principal: Principal,
  session: Session,
): v.InferOutput<typeof principalSchema> => ({
  account: {
    id: principal.accountId,
    name: principal.accountName,
    roles: [...principal.roles],
    permissions: [...principal.permissions],
  },
  session: sessionView(session),
});

/** Who is calling, by any carrier, as JSON. */
export const callerSchema = v.object({
  carrier: text,
  account: v.object({ id: v.pipe(v.string(), v.uuid()), name: text, roles: v.array(text) }),
  session: v.nullable(v.object({ id: v.pipe(v.string(), v.uuid()), expires_at: when })),
  scopes: v.pipe(
    v.array(text),
    v.description("What the account's roles permit, within the scopes of an API key."),
  ),
  proven_at: when,
  amr: v.array(text),
});

/** Shows a principal to an API that asks about it. */
export const callerView = (principal: Principal): v.InferOutput<typeof callerSchema> => ({
  carrier: principal.carrier.name,
  account: { id: principal.accountId, name: principal.accountName, roles: [...principal.roles] },
  session: principal.session
    ? { id: principal.session.id, expires_at: isoTime(principal.session.expiresAt) }
    : null,
  scopes: [...principal.permissions],
  proven_at: isoTime(principal.provenAt),
  amr: principal.amr.split(' '),
});

/** What a sign-in answers; token members only where the carrier travels outside of cookies. */
export const signedInSchema = v.object({
  account: accountSchema,
  session: sessionSchema,
  access_token: v.optional(text),
  token_type: v.optional(v.literal('Bearer')),
  expires_in: v.optional(v.number()),
  refresh_token: v.optional(text),
  refresh_expires_in: v.optional(v.number()),
});

/** The reply of a sign-in. */
export const signedInReply = ({ account, session, delivery }: SignedIn, status: number): Reply => ({
  status,
  json: { account: accountView(account), session: sessionView(session), ...delivery.tokens },
  cookies: delivery.cookies,
});

/** What a refresh answers; empty where the tokens travel in cookies. */
export const tokensSchema = v.object({
  access_token: v.optional(text),
  token_type: v.optional(v.literal('Bearer')),
  expires_in: v.optional(v.number()),
  refresh_token: v.optional(text),
  refresh_expires_in: v.optional(v.number()),
});

/** An API key as JSON, without the key. */
export const apiKeySchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  name: text,
  hint: text,
  scopes: v.array(text),
  created_at: when,
  expires_at: when,
  last_used_at: v.nullable(when),
});

/** Shows an API key. */
export const apiKeyView = (key: ApiKey): v.InferOutput<typeof apiKeySchema> => ({
  id: key.id,
  name: key.name,
  hint: key.hint,
  scopes: [...key.scopes],
  created_at: isoTime(key.createdAt),
  expires_at: isoTime(key.expiresAt),
  last_used_at: time(key.usedAt),
});

/** The reply that says only that it is done. */
export const done: Reply = { status: 204 };
