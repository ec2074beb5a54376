/**
 * UserInfo (OpenID Connect Core §5.3): what a client is told about the account behind an access token of its own.
 */
import { checkBinding } from '../../protocol/oauth/dpop.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import type { PresentedToken } from '../../protocol/oauth/presented-token.ts';
import type { Ports } from '../ports.ts';
import { personClaims, readClaims } from './claims.ts';
import { isRefused, type ProvenClientAccess, proveClientAccess } from './client-access-token.ts';
import { type DpopClaim, proveKey } from './dpop.ts';
import { useUp } from './seen-once.ts';
import { subjectOf } from './subject.ts';

/** A token as it came. */
export interface ResourceClaim extends Pick<DpopClaim, 'method' | 'path'> {
  readonly presented: PresentedToken;
  /** The value of the `DPoP` header. */
  readonly proof: string | undefined;
}

/**
 * The claims about the account behind an access token. Throws `invalid_token` for one that does not hold, is meant for
 * another API or is bound to a key that was not proven, `invalid_dpop_proof` and `use_dpop_nonce` for a bad proof, and
 * `insufficient_scope` without `openid`.
 */
export async function userInfo(ports: Ports, claim: ResourceClaim): Promise<JsonObject> {
  const verdict = await proveClientAccess(ports, claim.presented.token);
  if (isRefused(verdict)) throw refused(verdict.check);
  const { issuer, audience } = ports.settings;
  // A token for named APIs alone must not open more than those (RFC 8707 §2.2).
  if (!verdict.audience.includes(audience) && !verdict.audience.includes(issuer))
    throw refused('access-audience');
  await checkKey(ports, verdict, claim);
  const { client, session, scopes, familyId } = verdict;
  if (!session || !scopes.includes('openid'))
    throw new OAuthFault('insufficient_scope', 'The access token is not for user info.', {
      parameter: 'scope',
    });
  const { read } = ports.store;
  const [account, grant] = await Promise.all([
    read.accounts.find(session.accountId),
    read.familyGrants.find(familyId),
  ]);
  if (!account) throw refused('account-unknown');
  const requested = readClaims(grant?.claims ?? '');
  const claims = await personClaims(ports, { account, client, scopes, place: 'userinfo', requested });
  return { ...claims, sub: subjectOf(ports, client, account.id) };
}

/** RFC 9449 §7: a bound token comes with its scheme and a fresh proof of its key, any other as a bearer token. */
async function checkKey(
  ports: Ports,
  { dpopThumbprint }: ProvenClientAccess,
  { presented, proof, method, path }: ResourceClaim,
): Promise<void> {
  if ((dpopThumbprint !== '') !== (presented.scheme === 'DPoP')) throw refused('access-scheme');
  if (dpopThumbprint === '') return;
  if (proof === undefined)
    throw new OAuthFault('invalid_dpop_proof', 'The proof of the key is missing.', {
      parameter: 'DPoP',
      check: 'access-unproven',
    });
  const key = proveKey(ports, { header: proof, method, path, accessToken: presented.token });
  checkBinding(dpopThumbprint, key.thumbprint, 'invalid_token');
  const fault = await ports.store.transact((tx) => useUp(tx, [key.use]));
  if (fault) throw fault;
}

const refused = (check: string): OAuthFault =>
  new OAuthFault('invalid_token', 'The access token is not good here.', { check });
