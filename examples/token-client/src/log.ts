/**
 * Log lines by level. A line is a sentence of ours with at most a route, a status and a code in it: nothing that a caller
 * has typed, no token, no password, no cookie.
 */
import type { Clock } from 'doorward';

/** The levels, the most talkative first. */
export const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

/** Says one thing at a level. */
export type Log = (level: (typeof levels)[number], sentence: string) => void;

/** A log that keeps to itself what is below `least`. */
export function createLog(
  least: (typeof levels)[number],
  { clock, print }: { clock: Clock; print: (line: string) => void },
): Log {
  return (level, sentence) => {
    if (levels.indexOf(level) >= levels.indexOf(least))
      print(`${new Date(clock.now()).toISOString()} ${level} ${sentence}`);
  };
}
