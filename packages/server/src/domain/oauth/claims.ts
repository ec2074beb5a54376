/**
 * Claims about a person (OpenID Connect Core §5): what the account holds, what the operator's own hook adds, and which
 * of it a client gets.
 */
import type { Clock } from '../../base/clock.ts';
import type { ClaimsRequest } from '../../protocol/oauth/claims-parameter.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import { scopeClaims, selectClaims, withoutReserved } from '../../protocol/oauth/standard-claims.ts';
import type { Account } from '../accounts/account.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';
import type { ClaimsContext } from './custom-claims.ts';

/** The scopes that mean something to us; a client may have others, which only mean something to APIs. */
export const knownScopes = ['openid', 'profile', 'email', 'offline_access'] as const;

/** Milliseconds that the hook may take. */
const hookLimit = 1000;

/** What is asked for. */
export interface ClaimsWish extends Omit<ClaimsContext, 'client'> {
  readonly client: Client;
  readonly requested: ClaimsRequest | undefined;
}

/**
 * The claims that a client is told in one place. The ID token holds none for its scopes, since there is always an access
 * token beside it (OpenID Connect Core §5.4), unless the operator has the client told by both. Throws what the hook throws, and Error when it takes more than a second: a
 * token without a claim that somebody relies on would be worse than none.
 */
export async function personClaims(
  ports: Pick<Ports, 'clock' | 'customClaims'>,
  { account, client, scopes, place, requested }: ClaimsWish,
): Promise<JsonObject> {
  const { id, name } = client;
  const context = { account, client: { id, name }, scopes, place };
  const custom = ports.customClaims
    ? await within(ports.clock, hookLimit, async () => ports.customClaims?.(context) ?? {})
    : {};
  const requests =
    place === 'userinfo' ? requested?.userinfo : place === 'id-token' ? requested?.idToken : undefined;
  return {
    ...withoutReserved(beyondScopes(custom)),
    ...selectClaims({
      known: { ...accountClaims(account), ...custom },
      scopes: isToldByScopes(client, place) ? scopes : [],
      requests: requests ?? [],
    }),
  };
}

const isToldByScopes = ({ claimsInIdToken }: Client, place: ClaimsWish['place']): boolean =>
  place === 'userinfo' || (place === 'id-token' && claimsInIdToken === true);

/** What every account can tell of itself (OpenID Connect Core §5.1). */
const accountClaims = ({ name, email, emailVerifiedAt, username, updatedAt }: Account): JsonObject => ({
  name,
  updated_at: Math.floor(updatedAt / 1000),
  ...(username === undefined ? {} : { preferred_username: username }),
  ...(email === undefined ? {} : { email, email_verified: emailVerifiedAt > 0 }),
});

/** The claims of `accountClaims`, for the metadata. */
export const accountClaimNames = [
  'name',
  'preferred_username',
  'updated_at',
  'email',
  'email_verified',
] as const;

const bound: ReadonlySet<string> = new Set(Object.values(scopeClaims).flat());

const beyondScopes = (claims: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !bound.has(name)));

/** Waits so long and no longer. */
const within = <T>(clock: Clock, milliseconds: number, work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => reject(new Error('the hook for claims took too long')));
    work().then(resolve, reject).finally(cancel);
  });

/** The request for single claims that stands beside a code or family as JSON text; empty when nothing was asked for. */
export function readClaims(text: string): ClaimsRequest | undefined {
  if (text === '') return undefined;
  const request: ClaimsRequest = JSON.parse(text);
  return request;
}
