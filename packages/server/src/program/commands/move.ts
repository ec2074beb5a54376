/** `doorward move --to <place>`: brings the data to another database while servers serve, and lets them go along. */
import { existsSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Clock, startStopwatch, systemClock } from '../../base/clock.ts';
import type { Movable } from '../../store/admin/movable.ts';
import { giveUp, type MoveProgress, moveStore } from '../../store/admin/move.ts';
import { MoveRefused } from '../../store/admin/move-rows.ts';
import { StoreFilling, StoreMoved } from '../../store/admin/moved.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { addressIn } from '../configuration/database-address.ts';
import { sealPlace } from '../moved-place.ts';
import { databasePath, openMovable, openStoreAt } from '../open-store.ts';
import {
  type Command,
  CommandRefused,
  flagOption,
  type Invocation,
  type Outcome,
  textOption,
} from './command.ts';
import { databaseOption } from './database-option.ts';
import { requireDatabase } from './folder.ts';

/** Moves, resumes or gives up. Throws CommandRefused when that cannot be. */
export const move: Command = async (invocation) => {
  const home = invocation.loaded.values;
  requireDatabase(home);
  await requireHere(home);
  if (flagOption(invocation, 'giveUp')) return giveUpMove(home);
  const target = await targetOf(invocation);
  await makeReady(target);
  const [from, to] = [await openMovable(home), await openMovable(target)];
  try {
    return await run(invocation, { from, to, address: sealPlace(home, target), name: nameOf(target) });
  } catch (thrown) {
    throw thrown instanceof MoveRefused ? new CommandRefused(thrown.message) : thrown;
  } finally {
    await from.close();
    await to.close();
  }
};

/** Brings the schema of the source up to date. Throws CommandRefused when the data have moved already. */
async function requireHere(home: Configuration): Promise<void> {
  try {
    await (await openStoreAt(home, { clock: systemClock })).close();
  } catch (thrown) {
    if (!(thrown instanceof StoreMoved)) throw thrown;
    throw new CommandRefused('The data of this store have moved already. Name the one that has them now.');
  }
}

async function giveUpMove(home: Configuration): Promise<Outcome> {
  const source = await openMovable(home);
  await giveUp(source);
  await source.close();
  return { json: { given_up: true }, text: 'The move was given up. What was copied stays in the target.' };
}

/** The configuration of the target, from --to. Throws CommandRefused. */
async function targetOf(invocation: Invocation): Promise<Configuration> {
  const { values } = invocation.loaded;
  const place = textOption(invocation, 'to');
  if (place === undefined) throw new CommandRefused('Say where with --to: postgres://… or a data folder.', 2);
  if (!/^postgres(?:ql)?:/.test(place)) {
    const dataFolder = resolve(place);
    if (!values.databaseUrl && dataFolder === resolve(values.dataFolder))
      throw new CommandRefused('The data are there already. Name another place.', 2);
    return { ...values, databaseUrl: undefined, dataFolder };
  }
  return { ...values, databaseUrl: await databaseOption(invocation, 'to') };
}

const nameOf = ({ databaseUrl, dataFolder }: Configuration): string => {
  if (!databaseUrl) return dataFolder;
  const { host, port, database } = addressIn(databaseUrl);
  return `${database} at ${host}:${port}`;
};

/** Brings the schema of the target up to date, unless it is being filled. What had moved away from there is set aside or let go. */
async function makeReady(target: Configuration): Promise<void> {
  const open = async (): Promise<void> => (await openStoreAt(target, { clock: systemClock })).close();
  try {
    await open();
  } catch (thrown) {
    if (thrown instanceof StoreFilling) return;
    if (!(thrown instanceof StoreMoved)) throw thrown;
    await setAside(target, systemClock);
    await open();
  }
}

async function setAside(target: Configuration, clock: Clock): Promise<void> {
  if (!target.databaseUrl) {
    const path = databasePath(target.dataFolder);
    const aside = `${path}.moved-${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`;
    for (const end of ['-wal', '-shm', '']) if (existsSync(path + end)) renameSync(path + end, aside + end);
    return;
  }
  const left = await openMovable(target);
  await left.raw.script(['DROP TABLE moves']);
  await left.close();
}

interface Sides {
  readonly from: Movable;
  readonly to: Movable;
  readonly address: Uint8Array;
  /** What people call the target. */
  readonly name: string;
}

async function run(invocation: Invocation, { from, to, address, name }: Sides): Promise<Outcome> {
  const sinceStart = startStopwatch();
  const stop = { isAsked: false };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      stop.isAsked = true;
    });
  const tables = await moveStore({
    source: from,
    target: to,
    address,
    tell: teller(invocation, sinceStart),
    isStopped: () => stop.isAsked,
  });
  if (!tables)
    return {
      code: 1,
      json: { moved: false },
      text: 'Stopped. The same command goes on from there; --give-up forgets it.',
    };
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    json: { moved: true, to: name, tables },
    text: `Moved ${rows} rows to ${name} in ${Math.ceil(sinceStart() / 1000)} s; every table was the same on both sides.
Servers that run have gone along, and nobody was signed out. Name the new place in their settings before the next start;
until then they find it by a mark in the old one, which takes no more changes and can still be read by hand.`,
  };
}

/** Milliseconds between two lines, unless the stage changes. */
const often = 1000;

function teller(invocation: Invocation, elapsed: () => number): (progress: MoveProgress) => void {
  let stage = '';
  let told = -often;
  return (progress) => {
    if (progress.stage === stage && elapsed() - told < often) return;
    ({ stage } = progress);
    told = elapsed();
    invocation.tell({ json: progress, text: words(progress, told) });
  };
}

function words({ stage, rows, of, changes }: MoveProgress, elapsed: number): string {
  if (stage === 'catching up') return `catching up: ${changes} changes`;
  if (stage !== 'copying') return stage;
  const left = Math.ceil(((Math.max(0, of - rows) / Math.max(1, rows)) * elapsed) / 1000);
  return `copying: ${rows} of ${of} rows, about ${left} s left`;
}
