import { idTokenClaims } from '../../protocol/oauth/id-token.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import { acrOf, insistedAcr } from './acr.ts';
import { personClaims, readClaims } from './claims.ts';
import { type Proof, proofParts } from './proof.ts';
import type { IdTokenToSign } from './sign-claims.ts';
import { subjectOf } from './subject.ts';

/** What an ID token is made for. */
export interface IdTokenDraft {
  readonly client: Client;
  readonly session: Pick<Session, 'id' | 'accountId'>;
  /** What all tokens state that this is one of. */
  readonly proof: Proof;
  readonly scopes: readonly string[];
  /** JSON text of the request for single claims; empty when there is none. */
  readonly claims: string;
  /** As the authorization request sent it; empty when it did not, and at a refresh. */
  readonly nonce: string;
  /** The access token beside it; undefined where the two are signed together. */
  readonly accessToken: string | undefined;
}

/**
 * An ID token (OpenID Connect Core §2) for the algorithm that the client chose. It lives as long as an access token.
 * Throws what the hook for claims throws, and Error when the account is gone.
 */
export async function draftIdToken(
  ports: Pick<Ports, 'clock' | 'customClaims' | 'keys' | 'settings' | 'store' | 'vault'>,
  { client, session, proof, scopes, claims, nonce, accessToken }: IdTokenDraft,
): Promise<IdTokenToSign> {
  const { clock, settings, store, customClaims } = ports;
  const requested = readClaims(claims);
  const isBare =
    customClaims === undefined &&
    !client.claimsInIdToken &&
    (requested === undefined || requested.idToken.length === 0);
  const account = isBare ? undefined : await store.read.accounts.find(session.accountId);
  if (!isBare && !account) throw new Error('an ID token was asked for an account that is gone');
  return {
    type: 'JWT',
    algorithm: client.idTokenAlgorithm,
    claims: idTokenClaims({
      issuer: settings.issuer,
      clientId: client.id,
      subject: subjectOf(ports, client, session.accountId),
      issuedAt: Math.floor(clock.now() / 1000),
      lifetime: settings.accessTokenSeconds,
      ...proofParts(session.id, proof),
      acr: acrOf(proof.amr, insistedAcr(requested)),
      nonce: nonce === '' ? undefined : nonce,
      algorithm: client.idTokenAlgorithm,
      accessToken,
      claims: account
        ? await personClaims(ports, { account, client, scopes, place: 'id-token', requested })
        : {},
    }),
  };
}
