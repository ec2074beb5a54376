/**
 * The clock of a developer's server. How far it is ahead stands in a file of the data folder: all processes of the server,
 * and the commands beside it, go by one time, whichever of them was told to travel.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cancel, type Clock, systemClock } from '../../base/clock.ts';
import { type TravellingClock, travellingClock } from '../../base/travelling-clock.ts';
import type { TimeTraveller } from '../../domain/dev/time-traveller.ts';
import { fail } from '../../domain/failures.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { hasDevTools } from '../configuration/production.ts';

/** Milliseconds between two looks at where the others are. */
const round = 250;
/** The furthest that a clock goes ahead: a hundred years, far from where dates end. */
const furthest = 36_525 * 86_400_000;

const aheadPath = (dataFolder: string): string => join(dataFolder, 'time-ahead');

/** The clock of a server: one that can travel where there are tools for developers, else `real` itself. */
export function clockOf(values: Configuration, real: Clock): Clock | TravellingClock {
  if (!hasDevTools(values)) return real;
  const clock = travellingClock(real);
  clock.travel(readAhead(values.dataFolder));
  return clock;
}

/** Whether a clock can travel. */
export const canTravel = (clock: Clock): clock is TravellingClock => 'travel' in clock;

/** A traveller that looks by itself where the others are. */
export interface KeptTraveller extends TimeTraveller {
  /** Ends the looking. */
  stop(): void;
}

/** What it needs. */
export interface TravelParts {
  readonly dataFolder: string;
  readonly clock: TravellingClock;
  /** Called when the clock has moved. */
  readonly onMoved: () => void;
}

/** Starts the looking. Who else writes the file is another process of this machine, so it is the machine's time that passes between two looks. */
export function keepTime({ dataFolder, clock, onMoved }: TravelParts): KeptTraveller {
  let cancel: Cancel = () => undefined;
  const move = (ahead: number): void => {
    if (ahead === clock.ahead()) return;
    clock.travel(ahead);
    onMoved();
  };
  const look = (): void => {
    move(readAhead(dataFolder));
    cancel = systemClock.after(round, look);
  };
  cancel = systemClock.after(round, look);
  const travel = (ahead: number): void => {
    writeAhead(dataFolder, ahead);
    move(ahead);
  };
  return {
    ahead: clock.ahead,
    advance: (seconds) => {
      const ahead = readAhead(dataFolder) + seconds * 1000;
      const message = 'The clock goes no further than a hundred years ahead.';
      if (ahead > furthest) throw fail('input_invalid', { fields: [{ field: 'amount', message }] });
      travel(ahead);
    },
    comeBack: () => travel(0),
    stop: () => cancel(),
  };
}

/** What the file says; real time when it says nothing that can be read. */
function readAhead(dataFolder: string): number {
  try {
    const text = readFileSync(aheadPath(dataFolder), 'utf8');
    const ahead = /^\d{1,13}$/.test(text) ? Number(text) : 0;
    return Math.min(ahead, furthest);
  } catch {
    return 0;
  }
}

/** Whole or not at all: somebody else reads it four times a second. */
function writeAhead(dataFolder: string, ahead: number): void {
  const path = aheadPath(dataFolder);
  writeFileSync(`${path}.next`, String(ahead), { mode: 0o600 });
  renameSync(`${path}.next`, path);
}
