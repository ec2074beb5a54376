/**
 * Scopes are permissions: a client gets one as far as the roles of the account behind it permit it, looked at anew for
 * every token, and consent gives nothing beyond. Free are the scopes of the standards, and those that the operator lists
 * (`freeScopes`) because any account may give them.
 */
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { Settings } from '../settings.ts';
import type { SessionWithAccount, Transaction } from '../store.ts';
import { knownScopes } from './claims.ts';

/** Whose permissions count; nobody's where a client acts for itself. */
export type Holder = Pick<SessionWithAccount, 'roles'>;

/** Who has no permissions. */
export const nobody: Holder = { roles: [] };

/** What decides which scopes are permitted. */
export interface ScopeRules {
  readonly roles: Pick<Transaction['roles'], 'permissions'>;
  readonly settings: Pick<Settings, 'freeScopes'>;
}

/** As much of the scopes as the roles of their holder permit now. Reads nothing when only free ones are asked for. */
export async function permittedScopes(
  { roles, settings }: ScopeRules,
  scopes: readonly string[],
  holder: Holder,
): Promise<readonly string[]> {
  const isFree = (scope: string): boolean => isStandard(scope) || settings.freeScopes.includes(scope);
  if (scopes.every(isFree)) return scopes;
  const permitted = holder.roles.length === 0 ? [] : await roles.permissions(holder.roles);
  return scopes.filter((scope) => isFree(scope) || permitted.includes(scope));
}

/**
 * The scopes of a token that is made now. Throws `invalid_scope` when nothing is left of them: an answer cannot tell an
 * empty scope (RFC 6749 §3.3, §5.1, §5.2).
 */
export async function scopesToGive(
  rules: ScopeRules,
  scopes: readonly string[],
  holder: Holder,
): Promise<readonly string[]> {
  const given = await permittedScopes(rules, scopes, holder);
  if (given.length === 0 && scopes.length > 0)
    throw new OAuthFault('invalid_scope', 'The account may not give any of the scopes.', {
      parameter: 'scope',
      check: 'scope-permitted',
    });
  return given;
}

const isStandard = (scope: string): boolean => knownScopes.some((known) => known === scope);
