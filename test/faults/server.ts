/**
 * A server to be killed: a real process with the real store, routes and socket, whose password hash is at its smallest.
 * It takes the flags of `doorward serve` and says where it listens in the same words.
 */
import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { systemClock } from '../../packages/server/src/base/clock.ts';
import { isFailure } from '../../packages/server/src/domain/failures.ts';
import { loadConfiguration } from '../../packages/server/src/program/configuration/configuration.ts';
import { assemble } from '../../packages/server/src/program/create-doorward.ts';
import { listen } from '../../packages/server/src/program/serving/listener.ts';
import { checkPagesBeside } from '../../packages/server/src/program/serving/page-check.ts';
import { stopSignal } from '../../packages/server/src/program/serving/stop-signals.ts';
import { lightArgon2 } from '../kit/light-argon2.ts';

const words = process.argv.slice(3);
const flags: Record<string, string> = {};
for (let at = 0; at + 1 < words.length; at += 2) {
  const name = words[at]?.slice('--'.length).replace(/-[a-z]/g, (pair) => pair.slice(1).toUpperCase());
  flags[name ?? ''] = words[at + 1] ?? '';
}
const { values } = loadConfiguration({ flags });
/** How far the clock of this process is off: at each SIGUSR2 it is read from a file beside the data folder. */
let ahead = 0;
process.on('SIGUSR2', () => {
  ahead = Number(readFileSync(join(values.dataFolder, '..', `clock-${process.pid}`), 'utf8'));
});
const clock = { ...systemClock, now: () => systemClock.now() + ahead };
/** Where the store is in trouble on purpose, that it could not be written is no news. */
const isNoNews = (thrown: unknown): boolean =>
  ['store', 'large'].includes(process.env['FAULT_TROUBLE'] ?? '') &&
  isFailure(thrown) &&
  thrown.code === 'store_unavailable';
const stopped = stopSignal();
const assembly = await assemble(values, {
  port: values.port,
  clock,
  dangerousPasswordHash: lightArgon2,
  integrityCheck: true,
  // Any file counts as large.
  ...(process.env['FAULT_TROUBLE'] === 'large' ? { pageCheck: checkPagesBeside(0) } : {}),
  report: (thrown) => {
    if (!isNoNews(thrown)) console.error(thrown);
  },
});
const listener = await listen(assembly.handler, { host: values.host, port: values.port });
// Node would keep what it has compiled when it ends well; this one is killed.
flushCompileCache();
console.log(`Listening on http://127.0.0.1:${listener.port}`);
await stopped;
await listener.stop(10_000, 100);
await assembly.close();
