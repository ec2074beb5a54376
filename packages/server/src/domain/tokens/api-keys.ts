/**
 * The verbs of API keys: create, list, end. A key is shown once, when it is made.
 */
import { uuidv7 } from '../../base/uuid.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { ApiKey } from './api-key.ts';

/** A key that is wanted. */
export interface ApiKeyDraft {
  readonly accountId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Seconds from now. */
  readonly expiresIn: number;
  readonly network: string;
}

/** Keys that an account may hold at once. */
const most = 50;
/** Letters of the handle that stay visible: the prefix and the start of the locator, no part of the secret. */
const hintLength = 14;

/** Makes a key and returns it with its text, which nobody sees again. Throws `input_invalid` past 50 keys, `not_found` for an account that is gone. */
export async function createApiKey(ports: Ports, draft: ApiKeyDraft): Promise<{ key: ApiKey; text: string }> {
  const { store, clock, handles } = ports;
  const now = clock.now();
  const handle = handles.mint('api-key', uuidv7(now));
  const key: ApiKey = {
    id: handle.locator,
    accountId: draft.accountId,
    name: draft.name,
    hint: handle.text.slice(0, hintLength),
    scopes: [...new Set(draft.scopes)].sort(),
    digest: handle.digest,
    createdAt: now,
    expiresAt: now + draft.expiresIn * 1000,
    usedAt: 0,
  };
  await store.transact(async (tx) => {
    // Found first: of two at once, the second counts when the first is done.
    if (!(await tx.accounts.find(draft.accountId)))
      throw fail('not_found', { detail: { account: draft.accountId } });
    if ((await tx.apiKeys.list(draft.accountId)).length >= most) {
      throw fail('input_invalid', {
        fields: [{ field: 'name', message: `An account holds at most ${most} API keys. End one first.` }],
      });
    }
    await tx.apiKeys.insert(key);
    await appendEvent(tx, now, {
      type: 'api-key.created',
      accountId: key.accountId,
      actor: key.accountId,
      network: draft.network,
      data: { api_key: key.id, name: key.name, scopes: key.scopes.join(' ') },
    });
  });
  return { key, text: handle.text };
}

/** Ends a key of an account. Throws `not_found` when the account has no such key, whoever else's it may be. */
export async function endApiKey(
  { store, clock }: Ports,
  { accountId, keyId, network }: { accountId: string; keyId: string; network: string },
): Promise<void> {
  await store.transact(async (tx) => {
    if (!(await tx.apiKeys.delete(keyId, accountId))) throw fail('not_found', { detail: { api_key: keyId } });
    const data = { api_key: keyId };
    await appendEvent(tx, clock.now(), { type: 'api-key.ended', accountId, actor: accountId, network, data });
  });
}
