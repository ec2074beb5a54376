/**
 * A million sign-ins and sign-outs through the typed verbs, with the hash left out: memory and file stay flat while a
 * moving clock lets the collector work.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { manualClock } from '../packages/server/src/base/clock.ts';
import { createDoorward } from '../packages/server/src/program/create-doorward.ts';
import type { Measurement } from './contract.ts';
import { withFolder } from './processes.ts';
import { shown } from './report.ts';

const cycles = 1_000_000;
const atOnce = 256;
const hour = 3_600_000;
/** Cycles to an hour of the moved clock: what is kept for hours and days reaches its steady state well before the middle. */
const anHour = 20_000;

/** Steady use. */
export const steadyUse = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    const clock = manualClock(Date.parse('2026-01-01T00:00:00Z'));
    const doorward = await createDoorward({
      dataFolder,
      clock,
      networkAttempts: 1_000_000,
      hashingQueue: 10_000,
      endedSessionRetention: hour / 1000,
      eventRetention: (24 * hour) / 1000,
      dangerousPasswordHash: {
        hash: async () => '$argon2id$v=19$m=19456,t=2,p=1$x$x',
        verify: async () => true,
      },
    });
    const emails = Array.from({ length: atOnce }, (_, number) => `person-${number}@example.com`);
    const people: Person[] = [];
    for (const email of emails)
      people.push({ email, id: (await doorward.accounts.create({ email, password })).id });
    const half: Look[] = [];
    let left = cycles;
    const worker = async (person: Person): Promise<void> => {
      while (left-- > 0) {
        await cycle(doorward, person);
        if (left % anHour === 0) {
          clock.advance(hour);
          process.stderr.write(`\r${shown(cycles - left)} of ${shown(cycles)} cycles `);
        }
        if (left === cycles / 2 || left === 0) half.push(look(dataFolder));
      }
    };
    await Promise.all(people.map(worker));
    process.stderr.write('\n');
    await doorward.close();
    return measurements(half);
  });

/** One of those who sign in and out, each with an account of their own. */
interface Person {
  readonly email: string;
  readonly id: string;
}

const password = 'seven quiet herons wade';

async function cycle(
  doorward: Awaited<ReturnType<typeof createDoorward>>,
  { email, id }: Person,
): Promise<void> {
  const { session } = await doorward.sessions.create({
    identifier: email,
    password,
    network: '127.0.0.1',
    carrier: 'cookie',
    clientName: 'bench',
  });
  await doorward.sessions.end(id, session.id);
}

/** Bytes. */
interface Look {
  readonly memory: number;
  readonly file: number;
}

function look(dataFolder: string): Look {
  globalThis.gc?.();
  const file =
    statSync(join(dataFolder, 'doorward.db')).size + statSync(join(dataFolder, 'doorward.db-wal')).size;
  return { memory: process.memoryUsage().rss, file };
}

function measurements([middle, end]: readonly Look[]): Measurement[] {
  const line = (name: string, kind: keyof Look): Measurement => ({
    name,
    values: {
      ratio: (end?.[kind] ?? Number.NaN) / (middle?.[kind] ?? Number.NaN),
      megabytes: (end?.[kind] ?? Number.NaN) / 1_000_000,
    },
  });
  return [line('steady-memory', 'memory'), line('steady-file', 'file')];
}
