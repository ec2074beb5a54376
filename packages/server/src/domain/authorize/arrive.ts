/**
 * The first half of an authorization request: from the parameters that a browser brings, or a client pushes, to a request
 * whose client and redirect URI are proven. A fault before that point is thrown and told to the person alone; a later one
 * becomes an answer to the client (RFC 6749 §4.1.2.1).
 */
import {
  type AuthorizationAddress,
  type AuthorizationRequest,
  parseAuthorizationRequest,
  readAuthorizationAddress,
} from '../../protocol/oauth/authorization-request.ts';
import {
  type AuthorizationAnswer,
  authorizationAnswer,
} from '../../protocol/oauth/authorization-response.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { OAuthParameters } from '../../protocol/oauth/parameters.ts';
import { type RedirectTarget, resolveRedirectUri } from '../../protocol/oauth/redirect-uri.ts';
import type { Client } from '../clients/client.ts';
import { knownResources } from '../oauth/known-resources.ts';
import type { Ports } from '../ports.ts';
import { consumePushed } from './held-request.ts';
import { provenClient } from './proven-client.ts';

/** A request that may be answered. */
export interface ProvenRequest {
  readonly client: Client;
  readonly request: AuthorizationRequest;
}

/** What came of the parameters: a request, or a fault that is told to the client. */
export type Arrival = ProvenRequest | { readonly answer: AuthorizationAnswer };

/**
 * Reads the parameters of the authorization endpoint. Throws OAuthFault for what may not be told to any redirect URI, and
 * `store_unavailable`.
 */
export async function arrive(ports: Ports, parameters: OAuthParameters): Promise<Arrival> {
  const address = readAuthorizationAddress(parameters);
  const client = await provenClient(ports, address.clientId);
  if (address.kind === 'pushed')
    return { client, request: await pushedRequest(ports, client, address.handle) };
  const target = provenTarget(client, address);
  try {
    refuseUnpushed(client);
    return { client, request: readRequest(ports, client, { target, parameters }) };
  } catch (thrown) {
    if (!(thrown instanceof OAuthFault)) throw thrown;
    const { state, responseMode } = address;
    return { answer: answerTo(ports, { ...target, state, responseMode }, thrown) };
  }
}

/** Reads the parameters that a client pushes. Throws OAuthFault (RFC 9126 §2.1). */
export function readPushed(
  ports: Pick<Ports, 'settings'>,
  client: Client,
  parameters: OAuthParameters,
): AuthorizationRequest {
  const { values } = parameters;
  if (values.has('request_uri'))
    throw new OAuthFault('invalid_request', 'A pushed request names no other.', { parameter: 'request_uri' });
  if (values.has('client_id') && values.get('client_id') !== client.id)
    throw new OAuthFault('invalid_request', 'The client is not the one that proved itself.', {
      parameter: 'client_id',
    });
  const address = readAuthorizationAddress({
    ...parameters,
    values: new Map([...values, ['client_id', client.id]]),
  });
  if (address.kind === 'pushed') throw new Error('a request without request_uri is not pushed');
  return readRequest(ports, client, { target: provenTarget(client, address), parameters });
}

/** Where the answer goes (RFC 6749 §3.1.2.3). Throws `invalid_request`. */
const provenTarget = (
  { redirectUris: registered, application }: Client,
  { redirectUri: given, isOpenId }: Extract<AuthorizationAddress, { kind: 'plain' }>,
): RedirectTarget => resolveRedirectUri({ given, registered, application, isOpenId });

/** RFC 9126 §6. */
function refuseUnpushed({ requirePushedRequests }: Client): void {
  if (requirePushedRequests)
    throw new OAuthFault('invalid_request', 'This client pushes its requests.', { parameter: 'request_uri' });
}

/** What a client whose redirect URI is proven asks for. Throws OAuthFault. */
function readRequest(
  { settings }: Pick<Ports, 'settings'>,
  client: Client,
  { target, parameters }: { readonly target: RedirectTarget; readonly parameters: OAuthParameters },
): AuthorizationRequest {
  const { id: clientId, requirePkce, scopes, grantTypes, defaultMaxAge, defaultAcrValues = [] } = client;
  // RFC 6749 §4.1.2.1
  if (!grantTypes.includes('authorization_code'))
    throw new OAuthFault('unauthorized_client', 'The client may not ask for a code.');
  const request = parseAuthorizationRequest(parameters, { ...target, clientId, requirePkce, scopes });
  const { maxAge = defaultMaxAge, acrValues, resources } = request;
  return {
    ...request,
    // OpenID Connect Registration §2: what the client has said once counts where the request says nothing.
    maxAge,
    acrValues: acrValues.length === 0 ? defaultAcrValues : acrValues,
    resources: knownResources(settings, resources),
  };
}

async function pushedRequest(ports: Ports, client: Client, handle: string): Promise<AuthorizationRequest> {
  const request = await consumePushed(ports, handle, client.id);
  if (!request)
    throw new OAuthFault('invalid_request', 'The pushed request is unknown, used or too old.', {
      parameter: 'request_uri',
    });
  return stillProven(client, request);
}

/**
 * A request that waited, as its client may have it by now: its redirect URI must still be registered. Throws
 * `invalid_request`, which is told to no redirect URI.
 */
export function stillProven(client: Client, request: AuthorizationRequest): AuthorizationRequest {
  const { redirectUris: registered, application } = client;
  const { redirectUri: given, scopes } = request;
  resolveRedirectUri({ given, registered, application, isOpenId: scopes.includes('openid') });
  return { ...request, scopes: scopes.filter((scope) => client.scopes.includes(scope)) };
}

/** What a client is told at the address of its request (RFC 6749 §4.1.2, RFC 9207). */
export const answerTo = (
  { settings }: Pick<Ports, 'settings'>,
  target: Pick<AuthorizationRequest, 'redirectUri' | 'responseMode' | 'state'>,
  outcome: { readonly code: string } | OAuthFault,
): AuthorizationAnswer => authorizationAnswer({ issuer: settings.issuer, target, outcome });
