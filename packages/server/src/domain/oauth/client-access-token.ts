/**
 * Access tokens of clients: signed claims (RFC 9068), or opaque handles. They open what was granted to their client:
 * user info, introspection and guarded APIs; no session travels by them.
 */
import { randomUUID } from 'node:crypto';
import { equalText } from '../../base/bytes.ts';
import { parseCompact } from '../../protocol/jwt.ts';
import {
  type ClientAccess,
  checkClientAccess,
  clientAccessClaims,
  type SignedInParts,
} from '../../protocol/oauth/access-token.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import { sessionFault } from '../sessions/session.ts';
import type { AccessWithSession, SessionWithAccount } from '../store.ts';
import { type AccessTokenFault, endFault } from '../tokens/access-token.ts';
import type { Handle } from '../tokens/handle.ts';
import type { AccessTerms } from './family-grant.ts';
import { proofOf, proofParts } from './proof.ts';
import type { ClaimsToSign } from './sign-claims.ts';

/** Seconds that our own processes' clocks may differ. */
const leeway = 5;

/** An access token that is to be signed. */
export interface ClientAccessPlan {
  readonly clientId: string;
  /** The account as the client knows it, or the client itself. */
  readonly subject: string;
  readonly terms: AccessTerms;
  /** Undefined when the client acts for itself. */
  readonly signedIn: SignedInParts | undefined;
  /** The family it comes from; empty when the client acts for itself. */
  readonly familyId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Further claims; those that only we may state are left out of them. */
  readonly claims: JsonObject;
}

/** The audience of a token: its resources (RFC 8707 §2.2), or the one of the settings. */
export const audienceOf = (
  { settings }: Pick<Ports, 'settings'>,
  { resources }: Pick<AccessTerms, 'resources'>,
): readonly string[] => (resources.length === 0 ? [settings.audience] : resources);

/** An access token of a client (RFC 9068 §2) that is to be signed. Its `jti` begins with its family, so that the one leads to the other. */
export function draftClientAccess(ports: Ports, plan: ClientAccessPlan): ClaimsToSign {
  const { settings, clock } = ports;
  const { terms, familyId } = plan;
  const issuedAt = Math.floor(clock.now() / 1000);
  const claims = clientAccessClaims({
    issuer: settings.issuer,
    audience: audienceOf(ports, terms),
    subject: plan.subject,
    clientId: plan.clientId,
    scopes: terms.scopes,
    tokenId: `${familyId}${separator}${randomUUID()}`,
    issuedAt,
    lifetime: Math.floor(plan.expiresAt / 1000) - issuedAt,
    signedIn: plan.signedIn,
    dpopThumbprint: terms.dpopThumbprint === '' ? undefined : terms.dpopThumbprint,
    claims: plan.claims,
  });
  return { type: 'at+jwt', claims };
}

/** No letter of base64url and none of a UUID. */
const separator = '.';

/** An access token that holds: it is ours, in its time, and its client, family and session live. */
export interface ProvenClientAccess extends AccessTerms {
  readonly client: Client;
  /** Whom it is for: its resources, or the audience of the settings. */
  readonly audience: readonly string[];
  /** Milliseconds since 1970. Of an opaque token of a family nobody knows when it was made. */
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
  /** The `jti`; undefined for an opaque one. */
  readonly tokenId: string | undefined;
  /** Empty when the client acts for itself. */
  readonly familyId: string;
  /** Undefined when the client acts for itself. */
  readonly session: SessionWithAccount | undefined;
  /** The sign-in that it states; undefined when the client acts for itself. */
  readonly signedIn: SignedInParts | undefined;
}

/** What is wrong with a token, or whose it is. */
export type ClientAccessVerdict = ProvenClientAccess | AccessTokenFault;

/** Whether a verdict is a refusal. */
export const isRefused = (verdict: ClientAccessVerdict): verdict is AccessTokenFault => 'check' in verdict;

/** Proves an access token of a client, whatever its format. Tokens of our own carriers are refused (`other-carrier`). */
export async function proveClientAccess(ports: Ports, token: string): Promise<ClientAccessVerdict> {
  const { handles } = ports;
  if (!token.startsWith('dw_')) return proveSigned(ports, token);
  const member = handles.read('access', token);
  if (member) return proveMember(ports, member);
  const own = handles.read('client-token', token);
  return own ? proveOwn(ports, own) : { check: 'handle-forged' };
}

async function proveSigned(ports: Ports, token: string): Promise<ClientAccessVerdict> {
  const compact = parseCompact(token);
  if (!compact) return { check: 'token-malformed' };
  const { kid, alg: algorithm } = compact.header;
  const { input, signature, payload } = compact;
  if (!(await ports.keys.verify({ kid, algorithm, input, signature }))) return { check: 'signature', kid };
  const claims = judgeClaims(ports, payload);
  if ('check' in claims) return claims;
  const familyId = claims.tokenId.slice(0, Math.max(0, claims.tokenId.indexOf(separator)));
  const { read } = ports.store;
  const [client, family] = await Promise.all([
    read.clients.find(claims.clientId),
    familyId === '' ? undefined : read.families.findAccess(familyId),
  ]);
  const { signedIn, scopes, audience, tokenId, dpopThumbprint = '' } = claims;
  const fault =
    signedIn === undefined
      ? clientFault(client)
      : familyFault(ports, { client, family, sessionId: signedIn.sessionId });
  if (fault || !client) return fault ?? { check: 'client-unknown' };
  return {
    client,
    scopes,
    resources: audience,
    dpopThumbprint,
    audience,
    tokenId,
    familyId,
    issuedAt: claims.issuedAt * 1000,
    expiresAt: claims.expiresAt * 1000,
    session: family?.session,
    signedIn,
  };
}

function judgeClaims({ settings, clock }: Ports, payload: Uint8Array): ClientAccess | AccessTokenFault {
  try {
    const now = Math.floor(clock.now() / 1000);
    return checkClientAccess(payload, { issuer: settings.issuer, audience: undefined, now, leeway });
  } catch (thrown) {
    if (thrown instanceof OAuthFault) return { check: thrown.check ?? thrown.error };
    throw thrown;
  }
}

async function proveMember(ports: Ports, handle: Handle): Promise<ClientAccessVerdict> {
  const { read } = ports.store;
  const [family, grant] = await Promise.all([
    read.families.findAccess(handle.locator),
    read.familyGrants.find(handle.locator),
  ]);
  if (!family) return { check: 'family-unknown', family: handle.locator };
  if (!grant) return { check: 'other-carrier', session: family.session.id };
  const live = equalText(family.accessDigest, handle.digest);
  if (!live && !equalText(family.priorAccessDigest, handle.digest))
    return { check: 'token-superseded', session: family.session.id };
  const expiresAt = live ? family.accessExpiresAt : family.priorAccessExpiresAt;
  const client = await read.clients.find(family.clientId);
  const fault =
    endFault(ports, expiresAt) ?? familyFault(ports, { client, family, sessionId: family.session.id });
  if (fault || !client) return fault ?? { check: 'client-unknown' };
  const terms = live ? grant.access : grant.priorAccess;
  return {
    client,
    ...terms,
    audience: audienceOf(ports, terms),
    issuedAt: undefined,
    expiresAt,
    tokenId: undefined,
    familyId: handle.locator,
    session: family.session,
    signedIn: proofParts(family.session.id, proofOf(grant, family.session)),
  };
}

async function proveOwn(ports: Ports, handle: Handle): Promise<ClientAccessVerdict> {
  const { read } = ports.store;
  const token = await read.clientTokens.find(handle.locator);
  if (!token || !equalText(token.digest, handle.digest)) return { check: 'token-unknown' };
  const client = await read.clients.find(token.clientId);
  const fault = endFault(ports, token.expiresAt) ?? clientFault(client);
  if (fault || !client) return fault ?? { check: 'client-unknown' };
  const { scopes, resources, dpopThumbprint, createdAt, expiresAt } = token;
  return {
    client,
    scopes,
    resources,
    dpopThumbprint,
    audience: audienceOf(ports, token),
    issuedAt: createdAt,
    expiresAt,
    tokenId: undefined,
    familyId: '',
    session: undefined,
    signedIn: undefined,
  };
}

const clientFault = (client: Client | undefined): AccessTokenFault | undefined => {
  if (!client) return { check: 'client-unknown' };
  return client.status === 'active' ? undefined : { check: 'client-disabled', client: client.id };
};

/** What a token of a family hangs from. */
interface Roots {
  readonly client: Client | undefined;
  readonly family: AccessWithSession | undefined;
  readonly sessionId: string;
}

function familyFault(ports: Ports, { client, family, sessionId }: Roots): AccessTokenFault | undefined {
  const fault = clientFault(client);
  if (fault) return fault;
  if (!family || family.clientId !== client?.id || family.session.id !== sessionId)
    return { check: 'family-unknown', session: sessionId };
  const over = sessionFault(family.session, ports.settings, ports.clock.now());
  return over && { ...over, session: sessionId, account: family.session.accountId };
}
