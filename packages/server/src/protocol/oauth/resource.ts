/**
 * Resource indicators (RFC 8707): for which APIs a token is meant. They are compared as texts, never as addresses.
 */
import { OAuthFault } from './error.ts';

/** RFC 3986 §2: the letters of a URI but for the number sign, which would begin a fragment. */
const letters = /^[a-z][a-z0-9+.-]*:[!$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]+$/;
const longest = 2000;

/** Whether a text can name a resource: an absolute URI without a fragment (RFC 8707 §2), at most 2000 characters. */
export const isResource = (text: string): boolean =>
  text.length <= longest && letters.test(text) && URL.canParse(text);

/**
 * The resources of a request, each once. Throws `invalid_target` when one of them is not an absolute URI without a
 * fragment (RFC 8707 §2).
 */
export function parseResources(texts: readonly string[]): readonly string[] {
  if (!texts.every(isResource)) throw badTarget('A resource is not an absolute URI without a fragment.');
  return [...new Set(texts)];
}

/**
 * The resources that a token is for: what was asked for, or all that may be had when nothing was. Throws
 * `invalid_target` when one of them is not among those (RFC 8707 §2.2).
 */
export function narrowResources(asked: readonly string[], granted: readonly string[]): readonly string[] {
  if (!asked.every((resource) => granted.includes(resource)))
    throw badTarget('A resource is unknown, or goes beyond what was granted.');
  return asked.length === 0 ? granted : asked;
}

const badTarget = (description: string): OAuthFault =>
  new OAuthFault('invalid_target', description, { parameter: 'resource' });
