/**
 * The servers of a campaign: processes on one place, each in a seat of its own. Whoever takes the seat of a dead one is a
 * new process on another port; clients ask the seat.
 */
import { readFileSync } from 'node:fs';
import type { StartedProcess } from '../../kit/process.ts';
import { type Caller, callerOf, type Saying } from '../caller.ts';
import type { Place, PlaceOptions } from '../ways.ts';

/** How many processes serve, and of how many workers each consists. */
export interface Shape {
  readonly name: string;
  readonly processes: number;
  readonly workers: number;
}

/** A seat. */
export interface Seat {
  /** Who sits there now. */
  current(): StartedProcess;
  /** Resolves when somebody sits there. */
  ready(): Promise<StartedProcess>;
  /** Waits for the end of who sits there and puts a new process into the seat. */
  replace(): Promise<void>;
}

/** All seats. */
export interface Fleet {
  readonly seats: readonly Seat[];
  readonly shape: Shape;
  /** Stops all; fails when one had something to complain of. */
  stop(): Promise<void>;
}

/** Starts a fleet, one process after the other: the first makes the data. */
export async function startFleet(place: Place, shape: Shape, options: PlaceOptions): Promise<Fleet> {
  const started = { ...options, settings: { ...options.settings, workers: shape.workers } };
  const start = (): Promise<StartedProcess> => place.start(started);
  const seats: Seat[] = [];
  const said: StartedProcess[] = [];
  while (seats.length < shape.processes) {
    const first = await start();
    said.push(first);
    seats.push(seatOf(first, async () => said[said.push(await start()) - 1] ?? first));
  }
  return {
    seats,
    shape,
    stop: async () => {
      for (const seat of seats) (await seat.ready()).kill();
      for (const process of said) await process.exited;
      const complaints = said.map((process) => withoutDeaths(process.stderr())).filter((text) => text !== '');
      if (complaints.length > 0) throw new Error(`a server has complained:\n${complaints.join('\n')}`);
    },
  };
}

function seatOf(first: StartedProcess, start: () => Promise<StartedProcess>): Seat {
  let current = first;
  let ready = Promise.resolve(first);
  return {
    current: () => current,
    ready: () => ready,
    replace: async () => {
      ready = current.exited.then(start);
      current = await ready;
    },
  };
}

/** Where Node itself, before any line of ours, finds that the first process has died while a worker was made. */
const orphan =
  /node:events:\d+\n(?:(?!Node\.js v)[\s\S])*?EPIPE(?:(?!Node\.js v)[\s\S])*?initializeClusterIPC[\s\S]*?Node\.js v\S+\n/g;

/** A first process tells of each worker that was killed, as it should. */
const withoutDeaths = (text: string): string =>
  text
    .replaceAll(orphan, '')
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"a worker died and is started again"'))
    .join('\n');

/** The ids of the workers of a process, as Linux tells them. */
export function workersOf({ pid }: StartedProcess): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}

/** One client's connections to a fleet: one to each seat, made anew when somebody else sits there. */
export interface Line {
  ask(
    seat: number,
    path: readonly [method: string, path: string],
    saying?: Saying,
  ): ReturnType<Caller['ask']>;
  close(): void;
}

/** Opens a line. */
export function lineTo({ seats }: Fleet): Line {
  const callers = new Map<number, { readonly port: number; readonly caller: Caller }>();
  const callerAt = async (at: number): Promise<Caller> => {
    const port = (await seats[at]?.ready())?.port ?? 0;
    const open = callers.get(at);
    if (open?.port === port) return open.caller;
    open?.caller.close();
    const caller = callerOf(port);
    callers.set(at, { port, caller });
    return caller;
  };
  return {
    ask: async (at, [method, path], saying) => (await callerAt(at)).ask(method, path, saying),
    close: () => {
      for (const { caller } of callers.values()) caller.close();
    },
  };
}
