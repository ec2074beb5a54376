/** How a serving process ends: by a word from outside, or by a fault of its own. */
import type { Log } from '../logs/log.ts';

/**
 * Resolves at the first SIGTERM or SIGINT, and keeps the process alive until then; a second one ends the process at
 * once, with the code 1.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  const { port1: hold } = new MessageChannel();
  hold.ref();
  return new Promise((resolve) => {
    let asked = false;
    const heard = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      hold.close();
      resolve(signal);
    };
    process.on('SIGTERM', heard);
    process.on('SIGINT', heard);
  });
}

/** Milliseconds that the last lines of the log may take. */
const flushPatience = 500;

/**
 * Ends the process when its last lines are out, or after a moment: what waits for somebody to read the log would keep it
 * alive for ever.
 */
export async function endProcess(log: Log, code: 0 | 1): Promise<undefined> {
  await log.flush(flushPatience);
  return process.exit(code);
}

/**
 * What nobody has caught ends the process, for its state is unknown; whatever was acknowledged is on disk. `isExpected`
 * names what is no fault, and ends it in silence.
 */
export function endOnCrash(log: Log, isExpected: (thrown: unknown) => boolean = () => false): void {
  process.on('uncaughtException', (thrown) => {
    if (isExpected(thrown)) return void endProcess(log, 0);
    log.report(thrown);
    log.note('error', 'ended by a fault that nobody has caught');
    void endProcess(log, 1);
  });
}
