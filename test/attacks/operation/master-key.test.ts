import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { device, person, refreshBy, statusOf } from '../../journeys/cast.ts';
import { serveHandler } from '../../kit/serving.ts';

/** What other servers have in cookie keys and peppers is all derived from the one master key here. */
describe('OPS-03: the master key', () => {
  let dataFolder: string;
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'doorward-master-'));
  });
  afterEach(() => rm(dataFolder, { recursive: true }));

  const serve = (masterKey?: string) =>
    serveHandler({ lightHashing: true, dataFolder, ...(masterKey && { settings: { masterKey } }) });

  test('that is another one opens nothing: the server does not start, says why, and nothing is changed by that', async () => {
    const first = await serve();
    const ada = await person(first, 'ada');
    const jwt = await device(first, ada, { carrier: 'jwt' });
    const { store } = first.assembly.ports;
    const before = [await store.rowCounts(), await store.read.signingKeys.list()];
    await first.close();
    // Also when the time for a new signing key has come, which would be sealed under the wrong one.
    await expect(serve(randomBytes(32).toString('base64url'))).rejects.toThrow(
      /sealed under another master key.*Bring back/s,
    );
    const again = await serve();
    const { store: same } = again.assembly.ports;
    expect([await same.rowCounts(), await same.read.signingKeys.list()]).toEqual(before);
    for (const { access } of [ada, jwt]) expect(await statusOf(again, access)).toBe(200);
    expect((await refreshBy(again, ada.refresh)).status).toBe(200);
    await again.close();
  });
});
