import { afterAll, beforeAll, describe, test } from 'vitest';
import { addressOf } from '../../../ops/layout.ts';
import { storeConformance } from '../../../packages/server/src/store/conformance/conformance.ts';
import { openPostgres } from '../../../packages/server/src/store/postgres/postgres.ts';
import { emptyDatabase, keepContents } from '../../kit/postgres.ts';
import { storeOptionsAt } from '../ways.ts';
import { type ClusterPlace, type Entrance, makeCluster, told } from './place.ts';

/** The hour at which these tests stand, in milliseconds since 1970. */
const now = Date.UTC(2031, 4, 6, 7, 8, 9);

describe.each(['primary', 'pgbouncer'] as const)(
  'the store by %s keeps every rule of the port',
  (entrance) => {
    let place: ClusterPlace;
    const open = (by: Entrance) =>
      openPostgres({
        ...storeOptionsAt(addressOf(place.layout, { port: place.layout[by] })),
        poolSize: 8,
        prepared: told(by).databasePrepared === 'yes',
        now,
      });
    /** Whoever may do everything. */
    const address = (): string => addressOf(place.layout, { port: place.layout.primary, who: 'postgres' });
    beforeAll(async () => {
      place = await makeCluster(entrance);
      await (await open(entrance)).close();
      await keepContents(address());
    });
    afterAll(() => place.remove());
    // oxlint-disable-next-line vitest/expect-expect -- the cases assert by themselves
    test.each(storeConformance)('$name', async ({ run }) => {
      await emptyDatabase(address());
      await run({ open: () => open(entrance), now });
    });
  },
);
