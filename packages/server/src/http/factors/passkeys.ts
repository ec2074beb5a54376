/**
 * The passkeys of one's own account over the API.
 */
import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { isUuid } from '../../base/uuid.ts';
import type { Passkey } from '../../domain/factors/factor.ts';
import {
  acceptedCredentials,
  offerRegistration,
  registerPasskey,
  removePasskey,
  renamePasskey,
} from '../../domain/factors/passkeys.ts';
import { fail } from '../../domain/failures.ts';
import { givenName } from '../input.ts';
import { sessionRoute } from '../route.ts';
import { done, time } from '../views.ts';
import { ceremony, newCredential, offeredSchema, passkeyFailures } from './credential.ts';
import { changeFailures, factorsPath, ownerOf, recoveryCodesSchema } from './factors.ts';

const path = `${factorsPath}/passkeys`;

/** A passkey as its owner sees it. */
export const passkeySchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  name: v.string(),
  created_at: v.string(),
  last_used_at: v.nullable(v.string()),
  backup_eligible: v.boolean(),
  backed_up: v.boolean(),
  aaguid: v.string(),
});

/** That of a passkey. */
export const passkeyView = (
  passkey: Omit<Passkey, 'credentialId' | 'publicKey'>,
): v.InferOutput<typeof passkeySchema> => ({
  id: passkey.id,
  name: passkey.name,
  created_at: isoTime(passkey.createdAt),
  last_used_at: time(passkey.usedAt),
  backup_eligible: passkey.isBackupEligible,
  backed_up: passkey.isBackedUp,
  aaguid: passkey.aaguid,
});

/** What a passkey may be called. */
export const passkeyName = givenName;

/** `GET /api/v1/account/factors/passkeys`. */
export const listPasskeysRoute = sessionRoute(
  {
    method: 'GET',
    path,
    subject: 'factors',
    summary: 'Your passkeys, oldest first.',
    forgery: 'none',
    limits: ['none'],
    answers: {
      200: { description: 'The passkeys.', schema: v.object({ passkeys: v.array(passkeySchema) }) },
    },
    failures: [],
  },
  async ({ ports, session }) => {
    const passkeys = await ports.store.read.passkeys.list(session.accountId);
    return { status: 200, json: { passkeys: passkeys.map(passkeyView) } };
  },
);

/** `POST /api/v1/account/factors/passkey-options`: begin. */
export const offerRegistrationRoute = sessionRoute(
  {
    method: 'POST',
    path: `${factorsPath}/passkey-options`,
    subject: 'factors',
    summary: 'Begin to add a passkey: what to give to navigator.credentials.create().',
    forgery: 'carrier',
    limits: ['none'],
    answers: { 200: { description: 'The options.', schema: offeredSchema } },
    failures: [...changeFailures, 'passkey_limit', 'not_found'],
  },
  async (call) => {
    const owner = ownerOf(call);
    return { status: 200, json: await offerRegistration(call.ports, owner, owner.sessionId) };
  },
);

/** `POST /api/v1/account/factors/passkeys`: register. */
export const registerPasskeyRoute = sessionRoute(
  {
    method: 'POST',
    path,
    subject: 'factors',
    summary: 'Add the passkey that an authenticator has made.',
    forgery: 'carrier',
    limits: ['none'],
    body: v.strictObject({ ceremony, name: passkeyName, credential: newCredential }),
    answers: {
      201: {
        description: 'It signs you in from now on. With your first factor come recovery codes.',
        schema: v.object({ passkey: passkeySchema, recovery_codes: v.nullable(recoveryCodesSchema) }),
      },
    },
    failures: [...changeFailures, ...passkeyFailures, 'passkey_taken', 'passkey_limit', 'not_found'],
  },
  async (call) => {
    const owner = ownerOf(call);
    const registration = { ...call.body, boundTo: owner.sessionId };
    const { passkey, recoveryCodes } = await registerPasskey(call.ports, owner, registration);
    return {
      status: 201,
      json: { passkey: passkeyView(passkey), recovery_codes: recoveryCodes ?? null },
    };
  },
);

/** The passkeys that are left, as `PublicKeyCredential.signalAllAcceptedCredentials` takes them. */
export const signalOf = ({
  relyingPartyId: rpId,
  userHandle,
  credentialIds,
}: Awaited<ReturnType<typeof acceptedCredentials>>) => ({
  rpId,
  userId: userHandle,
  allAcceptedCredentialIds: [...credentialIds],
});

/** The id of a path. Throws `not_found` for what is no id. */
function passkeyId(param: (name: string) => string): string {
  const id = param('id');
  if (!isUuid(id)) throw fail('not_found');
  return id;
}

/** `PATCH /api/v1/account/factors/passkeys/:id`: rename. */
export const renamePasskeyRoute = sessionRoute(
  {
    method: 'PATCH',
    path: `${path}/:id`,
    subject: 'factors',
    summary: 'Give a passkey another name.',
    forgery: 'carrier',
    limits: ['none'],
    body: v.strictObject({ name: passkeyName }),
    answers: { 204: { description: 'It is called so now.' } },
    failures: [...changeFailures, 'not_found'],
  },
  async ({ ports, session, body, param, network }) => {
    const { accountId } = session;
    await renamePasskey(ports, { id: passkeyId(param), accountId, name: body.name, network });
    return done;
  },
);

/** `DELETE /api/v1/account/factors/passkeys/:id`: remove. */
export const removePasskeyRoute = sessionRoute(
  {
    method: 'DELETE',
    path: `${path}/:id`,
    subject: 'factors',
    summary: 'Remove a passkey. Other sessions that were proven by one end.',
    forgery: 'carrier',
    limits: ['none'],
    answers: {
      200: {
        description: 'It opens nothing any more. The browser can tell its authenticators.',
        schema: v.object({
          signal: v.pipe(
            v.object({
              rpId: v.string(),
              userId: v.string(),
              allAcceptedCredentialIds: v.array(v.string()),
            }),
            v.description('For PublicKeyCredential.signalAllAcceptedCredentials.'),
          ),
        }),
      },
    },
    failures: [...changeFailures, 'not_found', 'factor_demanded', 'last_way_in'],
  },
  async (call) => {
    await removePasskey(call.ports, ownerOf(call), passkeyId(call.param));
    const signal = signalOf(await acceptedCredentials(call.ports, call.session.accountId));
    return { status: 200, json: { signal } };
  },
);
