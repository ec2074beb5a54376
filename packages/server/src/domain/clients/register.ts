/**
 * Clients that register themselves (RFC 7591). Whatever they say, they stay strangers: people are asked for consent, they
 * may ask for what is known of people and no more, and act for nobody but people.
 */
import { networkOf } from '../../base/network.ts';
import {
  type ClientMetadata,
  parseClientMetadata,
  type RegistrationRules,
  subjectTypes,
} from '../../protocol/oauth/client-metadata.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import { fail } from '../failures.ts';
import { knownScopes } from '../oauth/claims.ts';
import type { Ports } from '../ports.ts';
import { type Charge, spend } from '../sessions/attempt-budget.ts';
import type { Client } from './client.ts';
import type { SettledClient } from './client-draft.ts';
import { settingsOf } from './client-draft.ts';
import { type GivenClient, insertClient } from './govern-clients.ts';
import { invitation, notInvited } from './offer-registration.ts';
import { proveSector } from './sector.ts';

/** Somebody wants to register a client. */
export interface Registration {
  /** The registration token that was shown. */
  readonly token: string | undefined;
  readonly members: JsonObject;
  readonly network: string;
}

/** A client that was registered. */
export interface Registered extends GivenClient {
  /** By which it manages itself (RFC 7592 §3); nobody sees it again. */
  readonly management: string;
}

/**
 * Registers a client. Throws `not_found` where registration is off, `credentials_missing` and `invalid_token` where it
 * takes a token, `attempts_exhausted` where it takes none, `invalid_redirect_uri` and `invalid_client_metadata`.
 */
export async function register(ports: Ports, { token, members, network }: Registration): Promise<Registered> {
  const { settings, store, handles } = ports;
  requireRegistration(ports);
  if (settings.registration === 'token' && token === undefined)
    throw fail('credentials_missing', { detail: { check: 'no-credential' } });
  const invited =
    settings.registration === 'token' && token !== undefined ? await invitation(ports, token) : undefined;
  const metadata = parseClientMetadata(onItsPlatform(members), registrationRules(ports));
  if (!invited) await spend(ports, [registrationCharge(ports, network)], network);
  await proveSector(ports, metadata);
  await ports.keys.publish(metadata.idTokenAlgorithm);
  return store.transact(async (tx) => {
    const now = ports.clock.now();
    if (
      invited &&
      !(await tx.registrationTokens.consume({ id: invited.locator, digest: invited.digest, now }))
    )
      throw notInvited();
    const given = await insertClient(ports, tx, {
      governor: { actor: 'system', network },
      settled: settleMetadata(ports, metadata),
      token: invited?.locator,
    });
    const management = handles.mint('registration', given.client.id);
    await tx.clients.setRegistrationDigest(given.client.id, management.digest);
    return { ...given, management: management.text };
  });
}

/**
 * A program that does not say what it is, and has answers sent to where only a native one can take them, is native: RFC
 * 7591 alone knows no `application_type`, and OpenID Connect would have it be a web program.
 */
export function onItsPlatform(members: JsonObject): JsonObject {
  const { application_type: application, redirect_uris: uris } = members;
  const isSilent = application === undefined || application === null;
  const isNative = Array.isArray(uris) && uris.some((uri) => !String(uri).startsWith('https:'));
  return isSilent && isNative ? { ...members, application_type: 'native' } : members;
}

/** Throws `not_found` where nobody may register. */
export function requireRegistration({ settings }: Pick<Ports, 'settings'>): void {
  if (settings.registration === 'off') throw fail('not_found', { detail: { registration: 'off' } });
}

/** What a client may say of itself; what an operator has given it since, it may keep. */
export const registrationRules = (
  { outgoing }: Pick<Ports, 'outgoing'>,
  client?: Client,
): RegistrationRules => ({
  grantTypes: [...new Set(['authorization_code', 'refresh_token', ...(client?.grantTypes ?? [])] as const)],
  scopes: [...new Set([...knownScopes, ...(client?.scopes ?? [])])],
  subjectTypes,
  loopbackHttp: false,
  mayAsk: outgoing.allows,
});

/** What becomes of its words. What no client decides stays as it is, or is as for strangers. */
export function settleMetadata(
  { settings }: Pick<Ports, 'settings'>,
  metadata: ClientMetadata,
  client?: Client,
): SettledClient {
  const mayOmitPkce = settings.registrationPkce === 'optional' && metadata.authentication !== 'none';
  return {
    ...settingsOf(metadata),
    name: metadata.name ?? nameFor(metadata),
    madeBy: 'registration',
    firstParty: false,
    requirePkce: metadata.authentication === 'none' || (client?.requirePkce ?? !mayOmitPkce),
    accessTokenFormat: client?.accessTokenFormat ?? 'jwt',
    claimsInIdToken: client?.claimsInIdToken,
  };
}

/** What people are shown of a client that gives no name: where they would be sent. */
const nameFor = ({ redirectUris: [first = ''] }: Pick<ClientMetadata, 'redirectUris'>): string => {
  const url = URL.parse(first);
  return url?.host || url?.protocol || 'A client without a name';
};

const registrationCharge = ({ settings }: Pick<Ports, 'settings'>, network: string): Charge => ({
  key: `registration:${networkOf(network)}`,
  budget: settings.budgets.signUp,
});
