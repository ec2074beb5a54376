/**
 * The grant `refresh_token` (RFC 6749 §6): the rules of our own families, for those of clients. A member that is too old
 * ends its family and not the session: one client that is careless must not sign a person out everywhere.
 */
import { equalText } from '../../base/bytes.ts';
import { checkBinding } from '../../protocol/oauth/dpop.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { narrowResources } from '../../protocol/oauth/resource.ts';
import { narrowScopes } from '../../protocol/oauth/scope.ts';
import type { RefreshRequest } from '../../protocol/oauth/token-request.ts';
import type { TokenParts } from '../../protocol/oauth/token-response.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import { seenStep, sessionFault } from '../sessions/session.ts';
import type { FamilyWithSession, Transaction } from '../store.ts';
import { standingOf } from '../tokens/family.ts';
import type { Handle } from '../tokens/handle.ts';
import { tellFeed } from '../tokens/tell-feed.ts';
import { accessEnd } from '../tokens/token-answer.ts';
import { beginTokens } from './deliver-tokens.ts';
import type { AccessTerms, FamilyGrant } from './family-grant.ts';
import { type ScopeRules, scopesToGive } from './permitted-scopes.ts';
import { proofOf } from './proof.ts';
import { badGrant, type Grant, settle, type Trade } from './trade.ts';

/** Rotates a refresh token. */
export const refreshGrant: Grant<RefreshRequest> = async (ports, trade) => {
  const presented = ports.handles.read('refresh', trade.request.refreshToken);
  const refreshed = await settle(ports, trade, (tx) => judge(ports, tx, { trade, presented })).catch(
    (thrown: unknown) => {
      if (thrown instanceof OAuthFault) {
        ports.tally.refresh(thrown.check === reuse ? 'reused' : 'refused');
        if (thrown.check === reuse) ports.tally.revoked();
      }
      throw thrown;
    },
  );
  ports.tally.refresh(refreshed.kind);
  return refreshed.tokens;
};

/** The check that a member fails whose time is over. */
const reuse = 'refresh-reused';

interface Refreshed {
  readonly kind: 'rotated' | 'replayed';
  readonly tokens: Promise<TokenParts>;
}

interface Claim {
  readonly trade: Trade<RefreshRequest>;
  readonly presented: Handle | undefined;
}

/** A claim on a family that is this client's. */
interface OwnClaim {
  readonly trade: Trade<RefreshRequest>;
  readonly presented: Handle;
  readonly family: FamilyWithSession;
  readonly grant: FamilyGrant;
}

async function judge(
  ports: Ports,
  tx: Transaction,
  { trade, presented }: Claim,
): Promise<Refreshed | OAuthFault> {
  const now = ports.clock.now();
  if (!presented) return badGrant('handle-forged');
  const family = await tx.families.find(presented.locator);
  if (!family) return badGrant('family-unknown');
  // Before anything else: what a stranger shows changes nothing.
  if (family.clientId !== trade.client.id) return badGrant('other-client');
  const grant = await tx.familyGrants.find(family.id);
  if (!grant) return badGrant('family-unknown');
  const fault = sessionFault(family.session, ports.settings, now);
  if (fault) return badGrant(fault.check);
  if (grant.dpopThumbprint !== '') checkBinding(grant.dpopThumbprint, trade.thumbprint, 'invalid_grant');
  const windowSeconds = ports.settings.refreshWindowSeconds;
  const { is } = standingOf(family, { digest: presented.digest, now, windowSeconds });
  const claim = { trade, presented, family, grant };
  if (is === 'live') return rotate(ports, tx, claim);
  return is === 'replaced' ? replay(ports, tx, claim) : endReused(ports, tx, claim);
}

async function rotate(ports: Ports, tx: Transaction, claim: OwnClaim): Promise<Refreshed | OAuthFault> {
  const { trade, family, grant } = claim;
  const { session } = family;
  const now = ports.clock.now();
  const terms = await termsOf({ roles: tx.roles, settings: ports.settings }, claim);
  const { refresh, access } = successorOf(ports, claim);
  const accessExpiresAt = accessEnd(ports, session.expiresAt);
  const swapped = await tx.families.rotate(family, {
    digest: refresh.digest,
    rotatedAt: now,
    accessDigest: access?.digest ?? '',
    accessExpiresAt,
  });
  // Lost to another process between reading and swapping: then ours is the predecessor now.
  if (!swapped) return replayNow(ports, tx, claim);
  // The terms of both generations are kept, so those that change have to be written, and those before them too.
  if (!sameTerms(terms, grant.access) || !sameTerms(grant.access, grant.priorAccess))
    await tx.familyGrants.setAccess(family.id, terms);
  if (now - session.seenAt >= seenStep) await tx.sessions.touch(session.id, now);
  const { client } = trade;
  const begun = beginTokens(ports, {
    client,
    session,
    proof: proofOf(grant, session),
    familyId: family.id,
    terms,
    access,
    accessExpiresAt,
    refresh,
    claims: grant.claims,
    nonce: '',
  });
  return { kind: 'rotated', ...begun };
}

/**
 * RFC 6749 §6, RFC 8707 §2.2; what the client may not ask for any more, or the account not any more, it does not get any
 * more.
 */
async function termsOf(rules: ScopeRules, { trade, family, grant }: OwnClaim): Promise<AccessTerms> {
  const { client, request, thumbprint } = trade;
  const granted = grant.scopes.filter((scope) => client.scopes.includes(scope));
  return {
    scopes: await scopesToGive(rules, narrowScopes(request.scopes, granted), family.session),
    resources: narrowResources(request.resources, grant.resources),
    dpopThumbprint: thumbprint,
  };
}

const sameTerms = (one: AccessTerms, other: AccessTerms): boolean =>
  one.dpopThumbprint === other.dpopThumbprint &&
  one.scopes.join(' ') === other.scopes.join(' ') &&
  one.resources.join(' ') === other.resources.join(' ');

function successorOf({ handles }: Ports, { presented, family, grant }: OwnClaim) {
  const refresh = handles.derive('refresh', family.id, presented);
  return {
    refresh,
    access: grant.format === 'opaque' ? handles.derive('access', family.id, refresh) : undefined,
  };
}

async function replayNow(ports: Ports, tx: Transaction, claim: OwnClaim): Promise<Refreshed | OAuthFault> {
  const { id } = claim.family;
  const family = await tx.families.find(id);
  const grant = await tx.familyGrants.find(id);
  return family && grant ? replay(ports, tx, { ...claim, family, grant }) : badGrant('family-unknown');
}

/**
 * The same successor once more. A signed access token is another one, for what is asked now: several at once may each need one
 * for an API of its own. An opaque one is the first again, and never given for an API that it was not made for (RFC 8707 §2.2).
 */
async function replay(ports: Ports, tx: Transaction, claim: OwnClaim): Promise<Refreshed | OAuthFault> {
  const { trade, family, grant } = claim;
  const { refresh, access } = successorOf(ports, claim);
  if (!equalText(refresh.digest, family.digest)) return badGrant('successor-moved-on');
  if (grant.access.dpopThumbprint !== trade.thumbprint) return badGrant('dpop-binding');
  const { session, accessExpiresAt } = family;
  const asked = await termsOf({ roles: tx.roles, settings: ports.settings }, claim);
  if (access) narrowResources(trade.request.resources, grant.access.resources);
  const begun = beginTokens(ports, {
    client: trade.client,
    session,
    proof: proofOf(grant, session),
    familyId: family.id,
    terms: access ? grant.access : asked,
    access,
    accessExpiresAt: access ? accessExpiresAt : accessEnd(ports, session.expiresAt),
    refresh,
    claims: grant.claims,
    nonce: '',
  });
  return { kind: 'replayed', ...begun };
}

/** RFC 9700 §4.14.2. */
async function endReused(ports: Ports, tx: Transaction, { family, trade }: OwnClaim): Promise<OAuthFault> {
  await tx.familyGrants.end(family.id);
  await tellFeed(ports, tx, family.id);
  await appendEvent(tx, ports.clock.now(), {
    type: 'refresh.reused',
    accountId: family.session.accountId,
    sessionId: family.session.id,
    actor: 'stranger',
    network: trade.network,
    data: { client: family.clientId, generation: family.generation },
  });
  return badGrant(reuse);
}
