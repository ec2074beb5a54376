/**
 * A server to be killed: a real process with the real store, routes and socket, whose password hash is at its smallest.
 * It takes the flags of `doorward serve` and says where it listens in the same words.
 */
import { isFailure } from '../../packages/server/src/domain/failures.ts';
import { loadConfiguration } from '../../packages/server/src/program/configuration.ts';
import { assemble } from '../../packages/server/src/program/create-doorward.ts';
import { listen } from '../../packages/server/src/program/listener.ts';
import { stopSignal } from '../../packages/server/src/program/stop-signals.ts';
import { lightArgon2 } from '../kit/light-argon2.ts';

const words = process.argv.slice(3);
const flags: Record<string, string> = {};
for (let at = 0; at + 1 < words.length; at += 2) {
  const name = words[at]?.slice('--'.length).replace(/-[a-z]/g, (pair) => pair.slice(1).toUpperCase());
  flags[name ?? ''] = words[at + 1] ?? '';
}
const { values } = loadConfiguration({ flags });
/** Where the store is in trouble on purpose, that it could not be written is no news. */
const isNoNews = (thrown: unknown): boolean =>
  process.env['FAULT_TROUBLE'] === 'store' && isFailure(thrown) && thrown.code === 'store_unavailable';
const stopped = stopSignal();
const assembly = await assemble(values, {
  port: values.port,
  dangerousPasswordHash: lightArgon2,
  integrityCheck: true,
  report: (thrown) => {
    if (!isNoNews(thrown)) console.error(thrown);
  },
});
const listener = await listen(assembly.handler, { host: values.host, port: values.port });
console.log(`Listening on http://127.0.0.1:${listener.port}`);
await stopped;
await listener.stop(10_000, 100);
await assembly.close();
