import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { otherThan, settled, switchOver } from '../../../ops/members.ts';
import {
  crashNode,
  freezeNode,
  killNode,
  restartProgram,
  startNode,
  thawNode,
} from '../../../ops/start-stop.ts';
import { progress, rounds } from '../extent.ts';
import { type Scene, survive } from '../history/campaign.ts';
import { trial } from '../trial.ts';
import { type ClusterPlace, type Entrance, makeCluster } from './place.ts';
import { allReady, replaced } from './recovery.ts';
import { witness } from './witness.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const environment = { FAULT_TROUBLE: 'store' };

/** What goes wrong with a cluster; it is right again in the end. */
type ClusterBlow = (place: ClusterPlace, scene: Scene) => Promise<void>;

/** Tries a blow so often as rounds say, in parts of the whole, with three processes that come in by this entrance. */
function expectExplained(
  entrance: Entrance,
  what: string,
  { blow, part }: { blow: ClusterBlow; part: number },
) {
  let place: ClusterPlace | undefined;
  let count = 0;
  return trial(
    async () => (place = await makeCluster(entrance)),
    (given) =>
      survive({
        ...given,
        shape: { name: `three processes by ${entrance}`, processes: 3, workers: 1 },
        blows: Math.ceil(rounds(200) / part),
        options: { program, environment },
        blow: async (scene) => {
          const { port } = scene.fleet.seats[0]?.current() ?? expect.fail();
          const leave = await witness(port, `witness-${(count += 1)}`);
          await blow(place ?? expect.fail(), scene);
          await allReady(scene);
          const { longest, refused, served } = await leave();
          progress(
            `${what}, by ${entrance}: ${(longest / 1000).toFixed(1)} s without an answer, ${refused} refused, ${served} served`,
          );
        },
      }),
  );
}

/** The machine of the primary dies, and comes back when the other leads. */
const loseMachine: ClusterBlow = async (place) => {
  const lost = await settled(place.layout);
  killNode(place.layout, lost);
  const { name } = await replaced(place, lost);
  startNode(place.layout, lost);
  await settled(place.layout, (node) => node.name === name);
};

/** Patroni sees that its Postgres was killed, and gives the lead away. */
const loseServer: ClusterBlow = async (place) => {
  const lost = await settled(place.layout);
  crashNode(place.layout, lost);
  await replaced(place, lost);
  await settled(place.layout);
};

/** The primary is cut off, another leads, and it comes back believing that it still does, until its Patroni starts. */
const cutOff: ClusterBlow = async (place, { answers }) => {
  const lost = await settled(place.layout);
  freezeNode(place.layout, lost);
  const { name } = await replaced(place, lost);
  thawNode(place.layout, lost);
  await answers(20);
  startNode(place.layout, lost);
  await settled(place.layout, (node) => node.name === name);
};

/** Writes wait for a standby to come back; whoever waits too long hears so. */
const loseStandby: ClusterBlow = async ({ layout }, { answers }) => {
  const standby = otherThan(layout, (await settled(layout)).name);
  killNode(layout, standby);
  await answers(20);
  startNode(layout, standby);
  await settled(layout);
};

describe.each(['primary', 'pgbouncer'] as const)('a Patroni pair under load, by %s', (entrance) => {
  test('FLT-14, FLT-28: the machine of the primary is lost: nothing acknowledged is lost, nothing is done twice', () =>
    expectExplained(entrance, 'machine lost', { blow: loseMachine, part: 50 }));

  test('FLT-14: the primary is killed with -9', () =>
    expectExplained(entrance, 'server killed', { blow: loseServer, part: 50 }));

  test('FLT-14: the primary is cut off, is replaced, and comes back', () =>
    expectExplained(entrance, 'primary cut off', { blow: cutOff, part: 50 }));

  test('FLT-14: the pair changes places in peace', () =>
    expectExplained(entrance, 'switchover', { blow: ({ layout }) => switchOver(layout), part: 50 }));

  test('FLT-14: the standby is lost: writes wait for it', () =>
    expectExplained(entrance, 'standby lost', { blow: loseStandby, part: 50 }));

  test('FLT-11: HAProxy is restarted', () =>
    expectExplained(entrance, 'HAProxy restarted', {
      blow: ({ layout }) => restartProgram(layout, 'haproxy'),
      part: 10,
    }));
});

test('FLT-11: PgBouncer is restarted', () =>
  expectExplained('pgbouncer', 'PgBouncer restarted', {
    blow: ({ layout }) => restartProgram(layout, 'pgbouncer'),
    part: 10,
  }));
