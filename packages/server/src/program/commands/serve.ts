/**
 * `doorward serve`: one process, or the first of several. It prints one short screen, logs to standard error, and stops
 * gracefully.
 */
import cluster from 'node:cluster';
import { systemClock } from '../../base/clock.ts';
import { offerFirstSetUp } from '../../domain/accounts/set-up.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { createLog } from '../logs/log.ts';
import { type Screen, screenOf } from '../serving/screen.ts';
import { type Serving, startServing } from '../serving/serving.ts';
import { endOnCrash, endProcess, stopSignal } from '../serving/stop-signals.ts';
import type { Invocation } from './command.ts';
import { listeningRefused } from './listening-refused.ts';

/** Serves until it is told to stop. Throws CommandRefused when it cannot listen. */
export async function serve(invocation: Invocation): Promise<undefined> {
  const { values } = invocation.loaded;
  if (cluster.isWorker) return (await import('../serving/worker.ts')).serveAsWorker(values);
  if (values.workers > 1) return (await import('../serving/workers.ts')).serveWithWorkers(invocation);
  const log = createLog({
    level: values.logLevel,
    clock: systemClock,
    worker: undefined,
    stream: process.stderr,
  });
  endOnCrash(log);
  const serving = await startServing(values, { log, integrityCheck: true }).catch((thrown: unknown) => {
    throw listeningRefused(thrown, values);
  });
  const stopped = stopSignal();
  invocation.tell(await firstScreen(serving, values));
  log.note('info', 'serving', { port: serving.port, host: values.host });
  log.note('info', 'stopping', { signal: await stopped });
  await serving.stop();
  log.note('info', 'stopped');
  return endProcess(log, 0);
}

/** The screen of a server that has just started; offers the set-up link while there is no administrator. */
async function firstScreen({ assembly, port }: Serving, values: Configuration): Promise<Screen> {
  const { ports } = assembly;
  const link = await offerFirstSetUp(ports);
  return screenOf(values, { issuer: ports.settings.issuer, port, link });
}
