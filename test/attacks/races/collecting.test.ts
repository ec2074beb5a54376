/** Several processes collect at once what is past its time: nothing stays, and nobody stands in another's way. */
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../../../packages/server/src/domain/admin/collect.ts';
import { verifyEvents } from '../../../packages/server/src/domain/admin/verify-events.ts';
import { appendEvent } from '../../../packages/server/src/domain/events.ts';
import { waitingMail } from '../../../packages/server/src/store/conformance/mails.ts';
import {
  authorization,
  clientToken,
  code,
  device,
  notice,
} from '../../../packages/server/src/store/conformance/oauth-samples.ts';
import { id, people } from '../../../packages/server/src/store/conformance/samples.ts';
import { serveTwo } from '../../kit/serving.ts';

/** More than one transaction takes away. */
const many = 700;
const year = 366 * 86_400_000;

test('collectors of two processes, beside their housekeeping, leave nothing', async () => {
  const { one, other, close } = await serveTwo({ lightHashing: true });
  onTestFinished(close);
  const { store } = one.assembly.ports;
  const now = one.clock.now();
  await people(store, many, now);
  await store.transact(async (tx) => {
    for (let number = 1; number <= many; number += 1) {
      await tx.authorizations.insert(authorization(number, now));
      await tx.codes.insert(code(number, now));
      await tx.deviceAuthorizations.insert(device(number, now));
      await tx.clientTokens.insert(clientToken(number, now));
      await tx.signOutNotices.insert(notice(number, now));
      await tx.mails.insert(waitingMail(number, now));
      await tx.replays.see({ kind: 'dpop', digest: id(number), expiresAt: now });
      await tx.budgets.spend({ key: id(number), limit: 1, now, resetsAt: now + 1 });
      await tx.revocations.append({ sessionId: id(number), at: now, expiresAt: now });
      await appendEvent(tx, now, { type: 'session.started', actor: 'system' });
    }
  });
  one.clock.advance(year);
  await Promise.all([one, other, one].map(({ assembly }) => collect(assembly.ports)));
  // Passed over was what another had in hand at that moment.
  await collect(other.assembly.ports);
  const after = await store.rowCounts();
  for (const table of [
    'sessions',
    'authorizations',
    'codes',
    'device_authorizations',
    'client_tokens',
    'sign_out_notices',
    'mails',
    'replays',
    'budgets',
    'revocations',
  ]) {
    expect([table, after[table]]).toEqual([table, 0]);
  }
  expect((await verifyEvents(store.read)).intact).toBe(true);
});
