import type { Settings } from '../settings.ts';

/**
 * A link to a page of this server, for mails: from the configured issuer alone, never from what a request says of its
 * host. `path` begins with a slash; the fields become its query.
 */
export function linkTo(
  { issuer }: Pick<Settings, 'issuer'>,
  path: `/${string}`,
  fields: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams(fields).toString();
  return `${issuer}${path}${query === '' ? '' : `?${query}`}`;
}
