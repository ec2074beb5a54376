/** Records of OAuth that the conformance suite writes: valid, small, and told apart by a number. */

import type { Client, ClientSecret } from '../../domain/clients/client.ts';
import type { RegistrationToken } from '../../domain/clients/registration-token.ts';
import type { Authorization } from '../../domain/oauth/authorization.ts';
import type { ClientToken } from '../../domain/oauth/client-token.ts';
import type { Code } from '../../domain/oauth/code.ts';
import type { DeviceAuthorization } from '../../domain/oauth/device-authorization.ts';
import type { AccessTerms, FamilyGrant } from '../../domain/oauth/family-grant.ts';
import type { Grant } from '../../domain/oauth/grant.ts';
import type { SignOutNotice } from '../../domain/oauth/sign-out-notice.ts';
import type { Store, Transaction } from '../../domain/store.ts';
import type { Identity } from '../../domain/upstream/identity.ts';
import { digest, family, id, people } from './samples.ts';

/** A client that runs on a server and proves itself with a secret. */
export const client = (number: number, now: number): Client => ({
  id: id(number),
  name: `Client ${number}`,
  status: 'active',
  madeBy: 'operator',
  application: 'web',
  authentication: 'client_secret_basic',
  redirectUris: [`https://client-${number}.example/callback`],
  postLogoutRedirectUris: [],
  grantTypes: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'profile'],
  firstParty: false,
  requirePkce: true,
  requirePushedRequests: false,
  dpopBound: false,
  accessTokenFormat: 'jwt',
  idTokenAlgorithm: 'ES256',
  subjectType: 'public',
  contacts: [],
  createdAt: now,
  updatedAt: now,
});

/** A secret of a client that never expires. */
export const clientSecret = (number: number, clientId: string, now: number): ClientSecret => ({
  id: id(number),
  clientId,
  digest: digest(number),
  createdAt: now,
  expiresAt: 0,
});

/** A token for two clients that works for a second. */
export const registrationToken = (number: number, now: number): RegistrationToken => ({
  id: id(number),
  digest: digest(number),
  uses: 2,
  createdAt: now,
  expiresAt: now + 1000,
});

/** A request that waits for a second. */
export const authorization = (number: number, now: number): Authorization => ({
  id: id(number),
  digest: digest(number),
  clientId: id(1),
  request: '{"scope":"openid"}',
  pushed: true,
  createdAt: now,
  expiresAt: now + 1000,
});

/** A code of the first session for the first client that lives for a second. */
export const code = (number: number, now: number): Code => ({
  id: id(number),
  digest: digest(number),
  clientId: id(1),
  sessionId: id(1),
  redirectUri: 'https://client-1.example/callback',
  redirectUriWasGiven: true,
  codeChallenge: 'challenge',
  scopes: ['openid', 'profile'],
  nonce: 'nonce',
  resources: ['https://api.example/'],
  claims: '{"userinfo":{"email":null}}',
  dpopThumbprint: 'thumbprint',
  expiresAt: now + 1000,
  grantedAt: now,
  provenAt: now - 1,
  amr: 'pwd',
});

/** What the first account allowed the first client. */
export const grant = (now: number): Grant => ({
  accountId: id(1),
  clientId: id(1),
  scopes: ['openid'],
  resources: [],
  createdAt: now,
  updatedAt: now,
});

const terms: AccessTerms = { scopes: ['openid'], resources: [], dpopThumbprint: '' };

/** What stands beside a family. */
export const familyGrant = (number: number): FamilyGrant => ({
  id: id(number),
  scopes: ['openid', 'profile'],
  resources: ['https://api.example/', 'https://files.example/'],
  claims: '',
  dpopThumbprint: 'thumbprint',
  format: 'opaque',
  provenAt: 7,
  amr: 'pwd otp mfa',
  access: terms,
  priorAccess: { scopes: [], resources: [], dpopThumbprint: '' },
});

/** A device that waits for a second. */
export const device = (number: number, now: number): DeviceAuthorization => ({
  id: id(number),
  digest: digest(number),
  userCode: `CODE${number}`,
  clientId: id(1),
  scopes: ['openid'],
  resources: [],
  status: 'pending',
  sessionId: '',
  intervalSeconds: 5,
  polledAt: 0,
  createdAt: now,
  expiresAt: now + 1000,
  grantedAt: 0,
  provenAt: 0,
  amr: '',
});

/** An access token of a client for itself. */
export const clientToken = (number: number, now: number): ClientToken => ({
  id: id(number),
  digest: digest(number),
  clientId: id(1),
  scopes: ['reports:read'],
  resources: ['https://api.example/'],
  dpopThumbprint: 'thumbprint',
  createdAt: now,
  expiresAt: now + 1000,
});

/** A linked sign-in of an account. */
export const identity = (number: number, accountId: string, now: number): Identity => ({
  id: id(number),
  issuer: 'https://provider.example',
  subject: `subject ${number}`,
  accountId,
  label: 'ada@provider.example',
  createdAt: now,
  usedAt: 0,
});

/** A notice that is due. */
export const notice = (number: number, now: number): SignOutNotice => ({
  id: id(number),
  clientId: id(1),
  sessionId: id(1),
  accountId: id(1),
  attempts: 0,
  nextAt: now,
  createdAt: now,
});

/** Writes so many clients, numbered from 1. */
export const clients = (store: Store, count: number, now: number): Promise<void> =>
  store.transact(async (tx) => {
    for (let number = 1; number <= count; number += 1) await tx.clients.insert(client(number, now));
  });

/** Writes two accounts with a session and a family of our own each, and two clients. */
export async function peopleAndClients(store: Store, now: number): Promise<void> {
  await people(store, 2, now);
  await clients(store, 2, now);
}

/** Writes a family of a client with its grant. */
export const clientFamily = (
  tx: Transaction,
  { number, session, of, now }: { number: number; session: number; of: number; now: number },
): Promise<boolean> =>
  tx.familyGrants.insert(
    { ...family(number, now), sessionId: id(session), clientId: id(of) },
    familyGrant(number),
  );
