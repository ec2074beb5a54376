/**
 * The first of several processes: prepares the database, starts the workers, starts those again that die, and stops them
 * all. It answers no request itself; the workers share one socket and one database.
 */
import cluster, { type Worker } from 'node:cluster';
import { type Clock, systemClock } from '../base/clock.ts';
import { offerFirstSetUp } from '../domain/accounts/set-up.ts';
import { CommandRefused, type Invocation } from './commands/command.ts';
import { type Configuration, domainSettings } from './configuration.ts';
import { assemble } from './create-doorward.ts';
import { createLog, type Log } from './log.ts';
import { screenOf } from './screen.ts';
import { endOnCrash, endProcess, stopSignal } from './stop-signals.ts';
import { stopWord, type WorkerWord } from './worker.ts';
import { workerPortVariable, workerVariable } from './worker-name.ts';

/** Milliseconds before a dead worker is started again: the first time, and at most. */
const firstPause = 200;
const longestPause = 30_000;
/** A worker that lived for so many milliseconds is forgiven what came before. */
const longLife = 60_000;
/** Milliseconds that workers may take to stop: a little more than each gives its own requests. */
const patience = 12_000;

/** Serves with several processes until told to stop. Throws CommandRefused when one of them cannot start. */
export async function serveWithWorkers({ loaded: { values }, tell }: Invocation): Promise<undefined> {
  const clock = systemClock;
  const log = createLog({ level: values.logLevel, clock, worker: undefined, stream: process.stderr });
  endOnCrash(log);
  const link = await prepare(values);
  const crew = createCrew({ log, clock });
  const port = await crew.start(values.workers);
  const stopped = stopSignal();
  const { issuer } = domainSettings(values, port);
  tell(screenOf(values, { issuer, port, link }));
  log.note('info', 'serving', { port, host: values.host, workers: values.workers });
  log.note('info', 'stopping', { signal: await stopped });
  await crew.stop();
  log.note('info', 'stopped');
  return endProcess(log, 0);
}

/** What must be done once and before all: check, migrate, make keys, offer the set-up link. */
async function prepare(values: Configuration): Promise<string | undefined> {
  const { ports, close } = await assemble(values, { port: values.port, integrityCheck: true });
  try {
    return await offerFirstSetUp(ports);
  } finally {
    await close();
  }
}

interface Crew {
  /** Starts so many workers and resolves to the port when all listen. Throws CommandRefused when one cannot. */
  start(count: number): Promise<number>;
  stop(): Promise<void>;
}

function createCrew({ log, clock }: { log: Log; clock: Clock }): Crew {
  const alive = new Map<Worker, Promise<void>>();
  let stopping = false;
  let port = 0;
  const launch = (name: string, failures: number): Promise<number> => {
    const born = clock.now();
    const worker = cluster.fork({ [workerVariable]: name, ...(port > 0 && { [workerPortVariable]: port }) });
    const listening = firstWord(worker);
    const gone = new Promise<void>((resolve) => {
      worker.once('exit', (code, signal) => {
        alive.delete(worker);
        resolve();
        if (!stopping) again(name, { code, signal, failures: clock.now() - born > longLife ? 0 : failures });
      });
    });
    alive.set(worker, gone);
    return listening;
  };
  const again = (name: string, { code, signal, failures }: Death): void => {
    const pause = Math.min(longestPause, firstPause * 2 ** failures);
    log.note('error', 'a worker died and is started again', { worker: name, code, signal, pause_ms: pause });
    clock.after(pause, () => {
      if (stopping) return;
      launch(name, failures + 1).catch((thrown: unknown) => log.report(thrown));
    });
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    const leaving = [...alive];
    for (const [worker] of leaving) if (worker.isConnected()) worker.send(stopWord);
    const cancel = clock.after(patience, () => {
      for (const [worker] of leaving) worker.process.kill('SIGKILL');
    });
    await Promise.all(leaving.map(([, gone]) => gone));
    cancel();
  };
  return {
    start: async (count) => {
      try {
        const names = Array.from({ length: count }, (_, index) => String(index + 1));
        [port = 0] = await Promise.all(names.map((name) => launch(name, 0)));
        return port;
      } catch (thrown) {
        await stop();
        throw thrown;
      }
    },
    stop,
  };
}

interface Death {
  readonly code: number;
  readonly signal: string;
  readonly failures: number;
}

/** The port on which a worker listens. Rejects with CommandRefused when it cannot, or dies before. */
function firstWord(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.on('message', (word: WorkerWord) => {
      if (word.said === 'listening') resolve(word.port);
      else reject(new CommandRefused(word.message));
    });
    worker.once('exit', (code) =>
      reject(new CommandRefused(`A worker ended with code ${code} at its start.`)),
    );
  });
}
