/**
 * The list of redirect URIs that lets clients on several hosts be one sector (OpenID Connect Core §8.1): whoever registers
 * must be named in it, or they would be told the same names of people as the clients that are.
 */
import type { ClientMetadata } from '../../protocol/oauth/client-metadata.ts';
import { badMember } from '../../protocol/oauth/metadata-reader.ts';
import type { Ports } from '../ports.ts';

const bounds = { seconds: 5, limit: 65_536 };

/**
 * Fetches the list through the outgoing gate, where there is one, and looks for every redirect URI in it (OpenID Connect
 * Registration §5). Throws `invalid_client_metadata`, the same whatever was in the way.
 */
export async function proveSector(
  { outgoing }: Pick<Ports, 'outgoing'>,
  { sectorIdentifierUri, redirectUris }: Pick<ClientMetadata, 'sectorIdentifierUri' | 'redirectUris'>,
): Promise<void> {
  if (sectorIdentifierUri === undefined) return;
  const fetched = await outgoing.fetchJson(sectorIdentifierUri, bounds);
  const list = fetched.ok && Array.isArray(fetched.value) ? fetched.value : undefined;
  if (!list || !redirectUris.every((uri) => list.includes(uri))) throw badMember('sector_identifier_uri');
}
