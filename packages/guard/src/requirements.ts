/**
 * What a route may require beside a proven principal. Everything here denies unless it finds what it looks for, by exact
 * equality.
 */
import { type Refusal, refuse } from './failure.ts';
import type { Principal } from './principal.ts';

/**
 * Looks at a principal and says nothing when it may pass. `now` is the guard's clock in seconds since 1970. Whatever is
 * thrown or returned besides a refusal and undefined refuses as `server_unavailable`.
 */
export type Requirement = (principal: Principal, now: number) => Refusal | undefined;

/** RFC 6749 §3.3, scope-token. */
const scopeToken = /^[!#-[\]-~]+$/;

/** All of these scopes; else `scope_missing`, whose challenge names them (RFC 6750 §3.1). Throws RangeError for none, or a text that is no scope. */
export function requireScope(...scopes: readonly string[]): Requirement {
  if (scopes.length === 0 || !scopes.every((scope) => scopeToken.test(scope)))
    throw new RangeError('requireScope takes at least one scope, each without spaces and quotes');
  return (principal) =>
    scopes.every((scope) => principal.scopes.includes(scope))
      ? undefined
      : refuse('scope_missing', 'scope', { scopes });
}

/** All of these roles; else `role_missing`. Throws RangeError for none, or an empty name. */
export function requireRole(...roles: readonly string[]): Requirement {
  if (roles.length === 0 || roles.includes('')) throw new RangeError('requireRole takes at least one role');
  return (principal) =>
    roles.every((role) => principal.roles.includes(role)) ? undefined : refuse('role_missing', 'role');
}

/**
 * A proof, such as a password or a passkey, at most `seconds` ago; else `proof_too_old`, whose challenge says so
 * (RFC 9470 §3). Throws RangeError unless `seconds` is a whole number above 0.
 */
export function requireRecent(seconds: number): Requirement {
  if (!Number.isSafeInteger(seconds) || seconds < 1)
    throw new RangeError('requireRecent takes a whole number of seconds above 0');
  return ({ provenAt }, now) =>
    now - provenAt <= seconds ? undefined : refuse('proof_too_old', 'recent', { maxAge: seconds });
}
