import { equalBytes } from '../../base/bytes.ts';
import type { Ports } from '../ports.ts';
import { endSession } from '../sessions/end-session.ts';

/**
 * Revokes by holding a token: a refresh token, or an opaque access token, ends its session with all its carriers
 * (RFC 7009 §2.1). Resolves likewise for what is no live token of ours, so that nothing can be probed (§2.2).
 */
export async function revokeToken(
  ports: Ports,
  { token, network }: { token: string; network: string },
): Promise<void> {
  const handle = ports.handles.read('refresh', token) ?? ports.handles.read('access', token);
  if (!handle) return;
  await ports.store.transact(async (tx) => {
    const family = await tx.families.find(handle.locator);
    if (!family) return;
    const members = [family.digest, family.priorDigest, family.accessDigest, family.priorAccessDigest];
    if (!members.some((digest) => equalBytes(digest, handle.digest))) return;
    const { session } = family;
    await endSession(ports, tx, { session, ending: { by: session.accountId, reason: 'sign-out', network } });
  });
  ports.tally.revoked();
}
