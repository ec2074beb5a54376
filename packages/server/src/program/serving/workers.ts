/**
 * The first of several processes: prepares the database, starts the workers, starts those again that die, and stops them
 * all. It answers no request itself; the workers share one socket and one database.
 */
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:net';
import { type Clock, systemClock } from '../../base/clock.ts';
import { offerFirstSetUp } from '../../domain/accounts/set-up.ts';
import { CommandRefused, type Invocation } from '../commands/command.ts';
import { type Configuration, domainSettings } from '../configuration/configuration.ts';
import { assemble } from '../create-doorward.ts';
import { createLog, type Log } from '../logs/log.ts';
import { leavePagesToOthers } from './page-check.ts';
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
  const port = values.port === 0 ? await freePort(values.host) : values.port;
  const crew = createCrew({ log, clock, port });
  await crew.start(values.workers);
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
  const { ports, close } = await assemble(values, {
    port: values.port,
    integrityCheck: true,
    pageCheck: leavePagesToOthers,
  });
  try {
    return await offerFirstSetUp(ports);
  } finally {
    await close();
  }
}

/** A port that nobody has, one for all workers and for all their lives: to each socket any free port would be another one. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createServer().once('error', reject);
    socket.listen(0, host, () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

interface Crew {
  /** Starts so many workers and resolves when all listen. Throws CommandRefused when one cannot. */
  start(count: number): Promise<void>;
  stop(): Promise<void>;
}

interface CrewParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly port: number;
}

function createCrew({ log, clock, port }: CrewParts): Crew {
  const alive = new Map<Worker, Promise<void>>();
  let stopping = false;

  const launch = (name: string, failures: number): Promise<void> => {
    const born = clock.now();
    const worker = cluster.fork({ [workerVariable]: name, [workerPortVariable]: port });
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
      launch(name, failures + 1).catch(reportTo(log));
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
        await Promise.all(names.map((name) => launch(name, 0)));
      } catch (thrown) {
        await stop();
        throw thrown;
      }
    },
    stop,
  };
}

/** Of a worker that died before it listened is told already, and it is started again. */
const reportTo =
  (log: Log) =>
  (thrown: unknown): void => {
    if (!(thrown instanceof WorkerDied)) log.report(thrown);
  };

interface Death {
  readonly code: number;
  readonly signal: string;
  readonly failures: number;
}

/** A worker was gone before it listened. */
class WorkerDied extends CommandRefused {}

/** Resolves when a worker listens. Rejects with CommandRefused when it cannot, and with WorkerDied when it dies before. */
function firstWord(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (word: WorkerWord) => {
      if (word.said === 'listening') resolve();
      else reject(new CommandRefused(word.message));
    });
    worker.once('exit', (code) => reject(new WorkerDied(`A worker ended with code ${code} at its start.`)));
  });
}
