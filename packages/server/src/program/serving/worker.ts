/**
 * One of several serving processes. It obeys the first process alone: signals of a terminal reach everybody, and the
 * first one decides when to stop.
 */
import cluster from 'node:cluster';
import { systemClock } from '../../base/clock.ts';
import { listeningRefused } from '../commands/listening-refused.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { thrownWords } from '../doctor/finding.ts';
import { createLog } from '../logs/log.ts';
import { type Serving, startServing } from './serving.ts';
import { endOnCrash, endProcess } from './stop-signals.ts';
import { workerName, workerPort } from './worker-name.ts';

/** What a worker tells the first process. */
export type WorkerWord =
  | { readonly said: 'listening' }
  /** It cannot serve, for a reason that starting it again would not change. */
  | { readonly said: 'refused'; readonly message: string };

/** What the first process tells a worker. */
export const stopWord = 'stop';

/** Serves until the first process says stop, or is gone. Never resolves: it ends the process. */
export async function serveAsWorker(values: Configuration): Promise<undefined> {
  const name = workerName(cluster.worker) ?? '1';
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  const stopped = new Promise<void>((resolve) => {
    process.on('message', (word) => {
      if (word === stopWord) resolve();
    });
    process.on('disconnect', resolve);
  });
  const log = createLog({ level: values.logLevel, clock: systemClock, worker: name, stream: process.stderr });
  endOnCrash(log, isOrphaned);
  const serving = await start(shareOf(values), { name, log });
  if (serving) {
    await say({ said: 'listening' });
    await stopped;
    await serving.stop();
  }
  return endProcess(log, serving ? 0 : 1);
}

/** The first process died while this one started: the channel between them is broken before anybody says that it is closed. */
const isOrphaned = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  'code' in thrown &&
  (thrown.code === 'EPIPE' || thrown.code === 'ERR_IPC_CHANNEL_CLOSED');

/** All workers together hash as many passwords at once as the setting says, and listen on one port. */
const shareOf = (values: Configuration): Configuration => ({
  ...values,
  port: workerPort(values.port),
  hashingConcurrency: Math.max(1, Math.floor(values.hashingConcurrency / values.workers)),
});

async function start(
  values: Configuration,
  { name, log }: { name: string; log: ReturnType<typeof createLog> },
): Promise<Serving | undefined> {
  try {
    // The first process has read through the database already.
    return await startServing(values, { log, integrityCheck: false, metricsOffset: Number(name) - 1 });
  } catch (thrown) {
    await say({ said: 'refused', message: thrownWords(listeningRefused(thrown, values)) });
    return undefined;
  }
}

/** Resolves when the word is on its way; nobody to hear it is no fault. */
const say = (word: WorkerWord): Promise<void> =>
  new Promise((resolve) => {
    if (!process.send) return resolve();
    process.send(word, undefined, undefined, () => resolve());
  });
