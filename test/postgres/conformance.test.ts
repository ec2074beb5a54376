import { beforeAll, describe, inject, test } from 'vitest';
import { storeConformance } from '../../packages/server/src/store/conformance/conformance.ts';
import { emptyDatabase, makeDatabase } from '../kit/postgres.ts';
import { now, open } from './databases.ts';

describe('the store on Postgres keeps every rule of the port', () => {
  let address: string;
  beforeAll(async () => {
    address = await makeDatabase(inject('postgresPort'));
  });
  // oxlint-disable-next-line vitest/expect-expect -- the cases assert by themselves
  test.each(storeConformance)('$name', async ({ run }) => {
    await emptyDatabase(address);
    await run({ open: () => open(address), now });
  });
});
