/**
 * Scopes (RFC 6749 §3.3): what a client may do. It owns their grammar and the arithmetic of asking and granting; which
 * scopes exist is decided above.
 */
import { OAuthFault } from './error.ts';

/** RFC 6749 §3.3, scope-token. */
const scopeToken = /^[!#-[\]-~]+$/;

/** Whether a text can be a scope (RFC 6749 §3.3). */
export const isScope = (text: string): boolean => scopeToken.test(text);

/**
 * The scopes in a `scope` value, in their order and each once; none when nothing was sent. Throws `invalid_scope` for
 * anything but scope tokens with exactly one space between them (RFC 6749 §3.3).
 */
export function parseScope(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const scopes = text.split(' ');
  if (!scopes.every(isScope)) throw badScope('The scope is malformed.');
  return [...new Set(scopes)];
}

/** The `scope` value of some scopes (RFC 6749 §3.3). */
export const formatScope = (scopes: readonly string[]): string => scopes.join(' ');

/**
 * The scopes that an authorization request gets at most: what it asks for and its client may have; the others are left
 * out and the answer says so (RFC 6749 §3.3, OpenID Connect Core §3.1.2.1). Throws `invalid_scope` when it asks for
 * some and may have none of them.
 */
export function allowedScopes(asked: readonly string[], allowed: readonly string[]): readonly string[] {
  const scopes = asked.filter((scope) => allowed.includes(scope));
  if (scopes.length === 0 && asked.length > 0)
    throw badScope('The client may not have any of the scopes that it asks for.');
  return scopes;
}

/**
 * The scopes that a token request gets: what it asks for, or all that may be had when it does not say. Throws
 * `invalid_scope` when it asks for more than that (RFC 6749 §4.4.2, §6).
 */
export function narrowScopes(asked: readonly string[], granted: readonly string[]): readonly string[] {
  if (!asked.every((scope) => granted.includes(scope)))
    throw badScope('The scope goes beyond what may be given.');
  return asked.length === 0 ? granted : asked;
}

const badScope = (description: string): OAuthFault =>
  new OAuthFault('invalid_scope', description, { parameter: 'scope' });
