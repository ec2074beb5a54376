/**
 * Making the tokens of a family: an access token in the format of its grant, beside an ID token where the person signed in
 * by OpenID Connect.
 */
import type { TokenParts } from '../../protocol/oauth/token-response.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import type { SessionWithAccount } from '../store.ts';
import type { Handle } from '../tokens/handle.ts';
import { personClaims } from './claims.ts';
import { draftClientAccess } from './client-access-token.ts';
import type { AccessTerms } from './family-grant.ts';
import { draftIdToken } from './id-token.ts';
import { type Proof, proofParts } from './proof.ts';
import { type ClaimsToSign, signBoth, signClaims } from './sign-claims.ts';
import { subjectOf } from './subject.ts';

/** What is made for whom. */
export interface FamilyTokens {
  readonly client: Client;
  readonly session: SessionWithAccount;
  /** What they state. */
  readonly proof: Proof;
  readonly familyId: string;
  readonly terms: AccessTerms;
  /** The opaque access token; undefined where one is signed. */
  readonly access: Handle | undefined;
  /** Milliseconds since 1970. */
  readonly accessExpiresAt: number;
  /** Undefined where none is given. */
  readonly refresh: Handle | undefined;
  /** JSON text of the request for single claims; empty when there is none. */
  readonly claims: string;
  /** Empty when there is none. */
  readonly nonce: string;
}

/**
 * Begins to sign while the commit is on its way to the disk. What is signed leaves this process only after the commit;
 * should that fail, nobody ever sees it.
 */
export function beginTokens(ports: Ports, plan: FamilyTokens): { readonly tokens: Promise<TokenParts> } {
  const tokens = makeTokens(ports, plan);
  // Whoever awaits them hears of a failure; until the commit nobody does.
  tokens.catch(() => undefined);
  return { tokens };
}

async function makeTokens(ports: Ports, plan: FamilyTokens): Promise<TokenParts> {
  const { terms, accessExpiresAt } = plan;
  return {
    ...(await signed(ports, plan)),
    isBound: terms.dpopThumbprint !== '',
    expiresIn: Math.max(0, Math.floor((accessExpiresAt - ports.clock.now()) / 1000)),
    scopes: terms.scopes,
    refreshToken: plan.refresh?.text,
  };
}

/** The access token, and the ID token that names it. */
async function signed(
  ports: Ports,
  plan: FamilyTokens,
): Promise<Pick<TokenParts, 'accessToken' | 'idToken'>> {
  const { client, session, proof, terms, claims, nonce } = plan;
  const { scopes } = terms;
  const opaque = plan.access?.text;
  const idToken = scopes.includes('openid')
    ? await draftIdToken(ports, { client, session, proof, scopes, claims, nonce, accessToken: opaque })
    : undefined;
  if (opaque !== undefined)
    return { accessToken: opaque, idToken: idToken && (await signClaims(ports, idToken)) };
  const access = await draftAccess(ports, plan);
  if (!idToken) return { accessToken: await signClaims(ports, access) };
  const both = await signBoth(ports, access, idToken);
  return { accessToken: both[0], idToken: both[1] };
}

async function draftAccess(ports: Ports, plan: FamilyTokens): Promise<ClaimsToSign> {
  const { client, session, proof, familyId, terms, accessExpiresAt } = plan;
  return draftClientAccess(ports, {
    clientId: client.id,
    subject: subjectOf(ports, client, session.accountId),
    terms,
    signedIn: proofParts(session.id, proof),
    familyId,
    expiresAt: accessExpiresAt,
    claims: await hookClaims(ports, plan),
  });
}

/** Only the operator's own claims stand in access tokens, and most operators have none. */
async function hookClaims(ports: Ports, { client, session, terms }: FamilyTokens) {
  if (!ports.customClaims) return {};
  const account = await ports.store.read.accounts.find(session.accountId);
  if (!account) throw new Error('an access token was asked for an account that is gone');
  const { scopes } = terms;
  return personClaims(ports, { account, client, scopes, place: 'access-token', requested: undefined });
}
