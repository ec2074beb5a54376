/**
 * Session checks by one process and by two, as the built program starts them. Where the load has no processor of its own
 * beside theirs, that says nothing of them.
 */
import { compare } from './compare.ts';
import { beside, type Measurement } from './contract.ts';
import { start, withFolder } from './processes.ts';
import { startBuilt } from './start-up.ts';
import { sessionChecks } from './throughput.ts';

/** One process and two on the same data. */
export const severalProcesses = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    const seeding = await start({ serve: 'doorward', dataFolder, accounts: 100, sessions: 3000 });
    await seeding.stop();
    const checks = (port: number) => sessionChecks({ ...seeding, port }, 'cookie');
    const flags = ['--data-folder', dataFolder, '--workers'];
    const one = await startBuilt([...flags, '1']);
    const two = await startBuilt([...flags, '2']);
    try {
      const { figures, ratio } = await compare({
        one: { server: 'Doorward, one process', run: () => checks(one.port) },
        two: { server: 'Doorward, two processes', run: () => checks(two.port) },
      });
      return [beside('two-processes', [figures.two, figures.one], ratio('two', 'one'))];
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });
