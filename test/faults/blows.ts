/** What can happen to processes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Blow, Scene } from './history/campaign.ts';
import { type Seat, workersOf } from './history/fleet.ts';

/** The seat that chance points at. */
function anySeat({ fleet, chance }: Scene): Seat {
  const seat = fleet.seats[chance.between(0, fleet.seats.length - 1)];
  if (!seat) throw new Error('a fleet without seats');
  return seat;
}

/** kill -9: of a process, or, where it has workers, of one of them half of the time. */
export const kill: Blow = async (scene) => {
  const seat = anySeat(scene);
  const victim = seat.current();
  const workers = scene.fleet.shape.workers > 1 ? workersOf(victim) : [];
  const worker = workers[scene.chance.between(0, 2 * workers.length)];
  if (worker !== undefined) return void process.kill(worker, 'SIGKILL');
  victim.kill('SIGKILL');
  await seat.replace();
};

/** SIGTERM: the process finishes what it has accepted. */
export const term: Blow = async (scene) => {
  const seat = anySeat(scene);
  seat.current().kill('SIGTERM');
  await seat.replace();
};

/** A restart storm: all die at once, some in good order, and come back at once, three times in a row. */
export const storm: Blow = async ({ fleet, chance }) => {
  for (let gust = 0; gust < 3; gust += 1) {
    for (const seat of fleet.seats) seat.current().kill(chance.between(0, 1) === 0 ? 'SIGKILL' : 'SIGTERM');
    await Promise.all(fleet.seats.map((seat) => seat.replace()));
  }
};

/** Milliseconds by which clocks of several machines may be off, each way. */
const longestSkew = 2000;

/** The clock of one process wanders, of those that look for it in the folder of the place. */
export const wander: Blow = async (scene) => {
  const { pid } = anySeat(scene).current();
  writeFileSync(
    join(scene.place.folder, `clock-${pid}`),
    String(scene.chance.between(-longestSkew, longestSkew)),
  );
  process.kill(pid, 'SIGUSR2');
};
