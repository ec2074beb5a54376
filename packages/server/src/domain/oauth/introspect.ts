/**
 * Introspection (RFC 7662): what a token is good for right now, told to clients that can prove who they are.
 */
import { equalText } from '../../base/bytes.ts';
import type { ActiveToken } from '../../protocol/oauth/introspection.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import { sessionFault } from '../sessions/session.ts';
import type { Handle } from '../tokens/handle.ts';
import { audienceOf, isRefused, type ProvenClientAccess, proveClientAccess } from './client-access-token.ts';
import { proofOf, proofParts } from './proof.ts';
import { subjectOf } from './subject.ts';

/**
 * What a token is good for, as far as the client that asks may know it: of its own tokens, of those that name it as their
 * audience, and of all when it belongs to the operator. Undefined for every other token, whatever is wrong with it (§2.2),
 * so that nothing can be probed.
 */
export async function introspect(
  ports: Ports,
  asker: Client,
  token: string,
): Promise<ActiveToken | undefined> {
  const member = ports.handles.read('refresh', token);
  if (member) return refreshToken(ports, asker, member);
  const verdict = await proveClientAccess(ports, token);
  if (isRefused(verdict) || !mayAsk(asker, verdict)) return undefined;
  return accessToken(ports, verdict);
}

const mayAsk = (asker: Client, { client, audience }: ProvenClientAccess): boolean =>
  asker.id === client.id || asker.firstParty || audience.includes(asker.id);

function accessToken(ports: Ports, access: ProvenClientAccess): ActiveToken {
  const { client, session, signedIn, scopes, audience, issuedAt, expiresAt, tokenId, dpopThumbprint } =
    access;
  return {
    issuer: ports.settings.issuer,
    subject: session ? subjectOf(ports, client, session.accountId) : client.id,
    clientId: client.id,
    scopes,
    audience,
    issuedAt: issuedAt === undefined ? undefined : seconds(issuedAt),
    expiresAt: seconds(expiresAt),
    tokenId,
    dpopThumbprint: dpopThumbprint === '' ? undefined : dpopThumbprint,
    isRefreshToken: false,
    ...(signedIn ?? nobody),
  };
}

/** Only the live member of a family: its predecessor is answered for a moment more, and is good for nothing else. */
async function refreshToken(ports: Ports, asker: Client, handle: Handle): Promise<ActiveToken | undefined> {
  const { read } = ports.store;
  const [family, grant] = await Promise.all([
    read.families.find(handle.locator),
    read.familyGrants.find(handle.locator),
  ]);
  if (!family || !grant || family.clientId !== asker.id) return undefined;
  const { session, clientId, rotatedAt, digest } = family;
  if (!equalText(digest, handle.digest) || sessionFault(session, ports.settings, ports.clock.now()))
    return undefined;
  return {
    issuer: ports.settings.issuer,
    subject: subjectOf(ports, asker, session.accountId),
    clientId,
    scopes: grant.scopes,
    audience: audienceOf(ports, grant),
    issuedAt: seconds(rotatedAt),
    expiresAt: seconds(
      Math.min(session.seenAt + ports.settings.sessionIdleSeconds * 1000, session.expiresAt),
    ),
    tokenId: undefined,
    dpopThumbprint: grant.dpopThumbprint === '' ? undefined : grant.dpopThumbprint,
    isRefreshToken: true,
    ...proofParts(session.id, proofOf(grant, session)),
  };
}

/** Of a token that no sign-in stands behind. */
const nobody = { sessionId: undefined, authTime: undefined, amr: [], acr: undefined };

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
