/**
 * The beginning of a family of a client: what a person has allowed becomes tokens. Codes and devices come through here.
 */
import type { TokenParts } from '../../protocol/oauth/token-response.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import type { SessionWithAccount, Transaction } from '../store.ts';
import type { Family } from '../tokens/family.ts';
import type { Handle } from '../tokens/handle.ts';
import { accessEnd } from '../tokens/token-answer.ts';
import { beginTokens } from './deliver-tokens.ts';
import { type AccessTerms, noRefreshToken } from './family-grant.ts';
import type { Proof } from './proof.ts';
import type { Trade } from './trade.ts';

/** What was allowed, and what of it is wanted now. */
export interface FamilyPlan {
  readonly trade: Trade;
  readonly familyId: string;
  readonly session: SessionWithAccount;
  /** What was proven as the client was answered. */
  readonly proof: Proof;
  /** What a refresh may ask for at most. */
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  /** The scopes of the first access token. */
  readonly given: readonly string[];
  /** The resources of the first access token. */
  readonly wanted: readonly string[];
  /** JSON text of the request for single claims; empty when there is none. */
  readonly claims: string;
  /** Empty when there is none. */
  readonly nonce: string;
}

/**
 * Writes the family in the transaction of its redemption; its tokens are good after the commit. Undefined when there is one of
 * that id. The refresh token of a
 * client without a secret is bound to its key: others prove themselves at each refresh anyway and may change theirs
 * (RFC 9449 §5).
 */
export async function startFamily(
  ports: Ports,
  tx: Transaction,
  plan: FamilyPlan,
): Promise<{ readonly tokens: Promise<TokenParts> } | undefined> {
  const { trade, familyId: id, session, proof, scopes, resources, claims, nonce } = plan;
  const { client, thumbprint } = trade;
  const { handles, clock } = ports;
  const format = client.accessTokenFormat;
  const refresh = client.grantTypes.includes('refresh_token') ? handles.mint('refresh', id) : undefined;
  const access = format === 'opaque' ? handles.mint('access', id) : undefined;
  const accessExpiresAt = accessEnd(ports, session.expiresAt);
  const terms: AccessTerms = { scopes: plan.given, resources: plan.wanted, dpopThumbprint: thumbprint };
  const born = { id, sessionId: session.id, rotatedAt: clock.now(), refresh, access, accessExpiresAt };
  const dpopThumbprint = client.authentication === 'none' ? thumbprint : '';
  const isNew = await tx.familyGrants.insert(
    { ...firstGeneration(born), clientId: client.id },
    { id, scopes, resources, claims, dpopThumbprint, format, ...proof, access: terms, priorAccess: terms },
  );
  if (!isNew) return undefined;
  await tellStart(ports, tx, plan);
  const made = { client, session, proof, familyId: id, terms, access, accessExpiresAt, refresh };
  return beginTokens(ports, { ...made, claims, nonce });
}

/** A family that is being made. */
interface Birth extends Pick<Family, 'id' | 'sessionId' | 'rotatedAt' | 'accessExpiresAt'> {
  readonly refresh: Handle | undefined;
  readonly access: Handle | undefined;
}

function firstGeneration({ refresh, access, ...rest }: Birth): Family {
  const digest = refresh?.digest ?? noRefreshToken;
  return {
    ...rest,
    generation: 0,
    digest,
    priorDigest: digest,
    accessDigest: access?.digest ?? '',
    priorAccessDigest: '',
    priorAccessExpiresAt: 0,
  };
}

const tellStart = (
  { clock }: Ports,
  tx: Transaction,
  { trade, session, scopes }: FamilyPlan,
): Promise<void> =>
  appendEvent(tx, clock.now(), {
    type: 'family.started',
    accountId: session.accountId,
    sessionId: session.id,
    actor: session.accountId,
    network: trade.network,
    data: { client: trade.client.id, grant: trade.request.grant, scope: scopes.join(' ') },
  });
