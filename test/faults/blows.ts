/** What can happen to processes. */
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
