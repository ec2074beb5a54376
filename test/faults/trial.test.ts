import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { queryAt } from '../kit/postgres.ts';
import { trial } from './trial.ts';
import { makePostgres, type PostgresPlace } from './ways.ts';

test('a trial on Postgres that fails ends the server, and says where its data are', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  let place: PostgresPlace | undefined;
  const fails = async (): Promise<never> => {
    throw new Error('the judge says no');
  };
  await expect(trial(async () => (place = await makePostgres()), fails)).rejects.toThrow('the judge says no');
  const { address, folder, server } = place ?? expect.fail();
  onTestFinished(() => rm(folder, { recursive: true }));
  onTestFinished(() => rm(server.folder, { recursive: true }));
  await expect(queryAt(address, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
  for (const kept of [folder, server.folder]) {
    expect(existsSync(kept)).toBe(true);
    expect(said).toHaveBeenCalledWith(expect.stringContaining(kept));
  }
});
