/**
 * The API key as a carrier: a long-lived handle with scopes, in `Authorization: Bearer`. It has no session.
 */
import { equalText } from '../../base/bytes.ts';
import { parseAuthorization } from '../../protocol/authorization-header.ts';
import type { Ports } from '../ports.ts';
import { seenStep } from '../sessions/session.ts';
import type { ApiKeyWithAccount } from '../store.ts';
import type { Carrier, Proof, Refusal } from './carrier.ts';
import { handlePrefixes } from './handle.ts';

/** Accepts API keys. */
export const keyCarrier: Carrier = {
  name: 'api-key',
  ambient: false,
  find: (wire) => {
    const authorization = parseAuthorization(wire.header('authorization'));
    if (authorization?.scheme !== 'bearer') return undefined;
    return authorization.token.startsWith(handlePrefixes['api-key']) ? authorization.token : undefined;
  },
  check: async (ports, value) => {
    const handle = ports.handles.read('api-key', value);
    if (!handle) return { refused: { check: 'handle-forged' } };
    const key = await ports.store.read.apiKeys.find(handle.locator);
    if (!key || !equalText(key.digest, handle.digest)) {
      return { refused: { check: 'api-key-unknown', api_key: handle.locator } };
    }
    return proofOf(ports, key);
  },
};

function proofOf({ store, clock, report }: Ports, key: ApiKeyWithAccount): Proof | Refusal {
  const now = clock.now();
  const about = { api_key: key.id, account: key.accountId };
  if (now >= key.expiresAt) {
    return {
      refused: { check: 'expired', late_by_seconds: Math.round((now - key.expiresAt) / 1000), ...about },
    };
  }
  if (key.accountStatus !== 'active') return { refused: { check: 'account-disabled', ...about } };
  if (now - key.usedAt >= seenStep) store.transact((tx) => tx.apiKeys.touch(key.id, now)).catch(report);
  return {
    accountId: key.accountId,
    accountName: key.accountName,
    roles: key.roles,
    session: undefined,
    scopes: key.scopes,
    provenAt: key.createdAt,
    amr: 'key',
  };
}
