import type { Account } from '../../domain/accounts/account.ts';

/** What a page calls an account: by its name, or else as it signs in. */
export const nameOf = ({ name, email, username }: Account): string =>
  name === '' ? (email ?? username ?? 'this account') : name;

/** How else it is known, beside its name; empty when there is nothing more to say. */
export function labelOf(account: Account): string {
  const label = account.email ?? account.username ?? '';
  return label === nameOf(account) ? '' : label;
}
