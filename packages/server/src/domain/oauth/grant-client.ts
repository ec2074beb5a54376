/**
 * The grant `client_credentials` (RFC 6749 §4.4): a client acts for itself. Nobody signed in, so there is no session, no
 * refresh token and no scope that is about a person.
 */
import { uuidv7 } from '../../base/uuid.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { narrowScopes } from '../../protocol/oauth/scope.ts';
import { scopeClaims } from '../../protocol/oauth/standard-claims.ts';
import type { ClientRequest } from '../../protocol/oauth/token-request.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import { draftClientAccess } from './client-access-token.ts';
import type { AccessTerms } from './family-grant.ts';
import { knownResources } from './known-resources.ts';
import { nobody, permittedScopes } from './permitted-scopes.ts';
import { signClaims } from './sign-claims.ts';
import { type Grant, settle, type Trade } from './trade.ts';

/** Gives a client a token of its own. */
export const clientGrant: Grant<ClientRequest> = async (ports, trade) => {
  const { client, request, thumbprint } = trade;
  if (client.authentication === 'none')
    throw new OAuthFault('unauthorized_client', 'Only a client that proves itself acts for itself.');
  const terms: AccessTerms = {
    scopes: narrowScopes(request.scopes, await ownScopes(ports, client)),
    resources: knownResources(ports.settings, request.resources),
    dpopThumbprint: thumbprint,
  };
  const lifetime = ports.settings.accessTokenSeconds;
  const expiresAt = ports.clock.now() + lifetime * 1000;
  const isOpaque = client.accessTokenFormat === 'opaque';
  const accessToken = isOpaque
    ? await storeToken(ports, trade, { terms, expiresAt })
    : await signToken(ports, trade, { terms, expiresAt });
  return { accessToken, isBound: thumbprint !== '', expiresIn: lifetime, scopes: terms.scopes };
};

/** That an operator lists a permission for a client is their word for it; for one that registered itself it is nobody's. */
async function ownScopes({ store, settings }: Ports, client: Client): Promise<readonly string[]> {
  const scopes = client.scopes.filter(isForClients);
  return client.madeBy === 'operator'
    ? scopes
    : permittedScopes({ roles: store.read.roles, settings }, scopes, nobody);
}

/** OpenID Connect Core §5.4, §11: these are about somebody who signed in. */
const isForClients = (scope: string): boolean =>
  scope !== 'openid' && scope !== 'offline_access' && !Object.hasOwn(scopeClaims, scope);

interface Plan {
  readonly terms: AccessTerms;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Nothing is stored, unless what proved the client has to be. */
async function signToken(ports: Ports, trade: Trade, { terms, expiresAt }: Plan): Promise<string> {
  if (trade.uses.length > 0) await settle(ports, trade, async () => terms);
  const { id } = trade.client;
  const itself = { signedIn: undefined, familyId: '' };
  const plan = { clientId: id, subject: id, terms, ...itself, expiresAt, claims: {} };
  return signClaims(ports, draftClientAccess(ports, plan));
}

async function storeToken(ports: Ports, trade: Trade, { terms, expiresAt }: Plan): Promise<string> {
  const createdAt = ports.clock.now();
  const handle = ports.handles.mint('client-token', uuidv7(createdAt));
  const { locator: id, digest } = handle;
  await settle(ports, trade, async (tx) => {
    await tx.clientTokens.insert({ id, digest, clientId: trade.client.id, ...terms, createdAt, expiresAt });
    return handle;
  });
  return handle.text;
}
