import { describe, test } from 'vitest';
import { storeConformance } from '../../../src/store/conformance/conformance.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from '../folder.ts';

describe('the embedded store keeps every rule of the port', () => {
  // oxlint-disable-next-line vitest/expect-expect -- the cases assert by themselves
  test.each(storeConformance)('$name', async ({ run }) => {
    const path = freshDatabase();
    await run({ open: () => openSqlite({ path, now }), now });
  });
});
