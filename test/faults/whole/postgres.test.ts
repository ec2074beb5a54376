import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startStopwatch } from '../../../packages/server/src/base/clock.ts';
import { queryAt } from '../../kit/postgres.ts';
import { callerOf } from '../caller.ts';
import { rounds } from '../extent.ts';
import { type Blow, type Scene, survive } from '../history/campaign.ts';
import type { Shape } from '../history/fleet.ts';
import { pause } from '../pause.ts';
import { trial } from '../trial.ts';
import { makePostgres, type PostgresPlace } from '../ways.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const shape: Shape = { name: 'three processes on Postgres', processes: 3, workers: 1 };
const environment = { FAULT_TROUBLE: 'store' };
/** Milliseconds in which everybody must be served again (FLT-11, FLT-20). */
const recovery = 10_000;

type PostgresBlow = (place: PostgresPlace, scene: Scene) => Promise<void>;

/** Tries a blow so often as rounds say, in parts of the whole. */
const expectExplained = (
  blow: PostgresBlow,
  { part = 1, settings = {} }: { part?: number; settings?: Readonly<Record<string, string | number>> } = {},
): Promise<void> => {
  let place: PostgresPlace | undefined;
  const make = async (): Promise<PostgresPlace> => (place = await makePostgres());
  return trial(make, (given) => {
    const struck: Blow = async (scene) => {
      await blow(place ?? expect.fail(), scene);
      await allReady(scene);
    };
    const options = { program, environment, settings };
    return survive({ ...given, shape, blow: struck, blows: Math.ceil(rounds(200) / part), options });
  });
};

/** Waits until every process says that it is ready. */
async function allReady({ fleet }: Scene): Promise<void> {
  const since = startStopwatch();
  for (const seat of fleet.seats) {
    const caller = callerOf(seat.current().port);
    while ((await caller.ask('GET', '/health/ready')).status !== 200) expect(since()).toBeLessThan(recovery);
    caller.close();
  }
}

/** A line that chance points at. */
const anyLine = ({ lines }: PostgresPlace, { chance }: Scene) =>
  lines[chance.between(0, lines.length - 1)] ?? expect.fail();

describe('Postgres in trouble under load', () => {
  test.each(['fast', 'immediate'] as const)('FLT-11: restarted %s', (how) =>
    expectExplained((place) => place.server.restart(how), { part: 10 }),
  );

  test('FLT-11: its server processes are ended at random', () =>
    expectExplained(async ({ address }) => {
      await queryAt(
        address,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND random() < 0.5`,
      );
    }));

  test.each(['after', 'before'] as const)('FLT-13: cut off %s a COMMIT arrived', (cuts) =>
    expectExplained(
      async (place, scene) => {
        const line = anyLine(place, scene);
        line.line = { cuts, words: 'INTO commits' };
        await scene.answers(50);
        line.line = 'whole';
      },
      { settings: { databasePrepared: 'no' } },
    ),
  );

  test('FLT-20: one process loses it, and the others go on', () =>
    expectExplained(
      async (place, scene) => {
        const line = anyLine(place, scene);
        line.line = 'dead';
        await scene.answers(50);
        await pause(500);
        line.line = 'whole';
      },
      { part: 4 },
    ));

  test('FLT-12: it does not answer one process any more', () =>
    expectExplained(
      async (place, scene) => {
        const line = anyLine(place, scene);
        line.line = 'silent';
        await scene.answers(50);
        await pause(3000);
        line.line = 'dead';
        line.line = 'whole';
      },
      { part: 20, settings: { databaseStatementTimeout: 1, databaseConnectTimeout: 1 } },
    ));

  test('it is slow: everybody waits, and nobody is refused', () =>
    expectExplained(
      async (place, { answers }) => {
        for (const line of place.lines) line.line = { delays: 40 };
        await answers(100);
        for (const line of place.lines) line.line = 'whole';
      },
      { part: 20 },
    ));

  test('FLT-17: with the fewest connections that can be had', () =>
    expectExplained(async (_place, { answers }) => answers(300), {
      part: 20,
      settings: { databasePool: 3 },
    }));

  test('the connection that listens is lost again and again: sign-outs are refused everywhere all the same', () =>
    expectExplained(
      async ({ address }) => {
        await queryAt(
          address,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'LISTEN%'",
        );
      },
      { part: 4 },
    ));
});
