/** The hook by which an operator adds claims. */
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import type { Account } from '../accounts/account.ts';
import type { Client } from '../clients/client.ts';

/** Where claims are told. */
export type ClaimsPlace = 'id-token' | 'userinfo' | 'access-token';

/** For whom the hook is asked. */
export interface ClaimsContext {
  readonly account: Account;
  readonly client: Pick<Client, 'id' | 'name'>;
  readonly scopes: readonly string[];
  readonly place: ClaimsPlace;
}

/**
 * An operator's own claims, as JSON. Names of claims that a scope stands for (OpenID Connect Core §5.4) are only told
 * where that scope was granted; names that only the server states are left out.
 */
export type CustomClaims = (context: ClaimsContext) => JsonObject | Promise<JsonObject>;
