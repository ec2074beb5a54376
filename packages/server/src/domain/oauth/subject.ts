/**
 * The subject: the name of an account as one client knows it (OpenID Connect Core §8).
 */
import { createHmac } from 'node:crypto';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';

/** What a subject depends on. */
export type SubjectOwner = Pick<Client, 'id' | 'subjectType' | 'sectorIdentifier' | 'redirectUris'>;

/**
 * The `sub` of an account at a client: its id, or for a pairwise client a name that only clients of the same sector see,
 * by which nobody can find the account elsewhere. It stays the same for as long as the master key does (§8.1).
 */
export function subjectOf({ vault }: Pick<Ports, 'vault'>, client: SubjectOwner, accountId: string): string {
  if (client.subjectType === 'public') return accountId;
  return createHmac('sha256', vault.derive('pairwise subject'))
    .update(JSON.stringify([sectorOf(client), accountId]))
    .digest('base64url');
}

/**
 * §8.1: the host of the redirect URIs unless a sector is named. A client without a host of its own, such as an app on the
 * machine of its user, is a sector of its own.
 */
function sectorOf({ id, sectorIdentifier, redirectUris: [first = ''] }: SubjectOwner): string {
  if (sectorIdentifier !== undefined) return sectorIdentifier;
  const { protocol, hostname } = URL.parse(first) ?? {};
  return protocol === 'https:' && hostname !== undefined ? hostname : id;
}
