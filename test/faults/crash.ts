/**
 * The crash harness: servers on one place, workers that hammer them, a kill -9 at a moment that chance chose, a restart, and
 * the comparison of what is there with the ledgers. It must not know what the workers do.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { verifyEvents } from '../../packages/server/src/domain/admin/verify-events.ts';
import type { EventRecord } from '../../packages/server/src/domain/event.ts';
import type { Store } from '../../packages/server/src/domain/store.ts';
import type { StartedProcess } from '../kit/process.ts';
import { type Caller, callerOf, Unanswered } from './caller.ts';
import type { Chance } from './chance.ts';
import { progress } from './extent.ts';
import type { Place } from './ways.ts';
import type { Hire, Worker } from './work.ts';

/** A run of kills. */
export interface Campaign {
  readonly place: Place;
  readonly chance: Chance;
  readonly rounds: number;
  /** How many workers of which kind. */
  readonly crew: readonly (readonly [Hire, number])[];
  /** Servers on the one place, of which one is killed in each round; 1 unless told. */
  readonly servers?: number;
  /** The program that serves; ours unless another is named. */
  readonly program?: string;
  /** A kill comes after so many acknowledged changes at most; the more workers, the more. */
  readonly patience: number;
}

/** Milliseconds in which a killed server must be back (FLT-01); what other programs took of the processors does not count. */
const longestStart = 5000;

/** Runs a campaign. Fails when something acknowledged is lost, half done, or done twice. */
export async function killAgainAndAgain(campaign: Campaign): Promise<void> {
  const { place, rounds, servers: count = 1 } = campaign;
  const workers = hireAll(campaign);
  const servers: StartedProcess[] = [];
  try {
    while (servers.length < count) servers.push(await startServer(campaign));
    for (let round = 0; round < rounds; round += 1) {
      await withCallers(servers, workers, ({ worker, caller }) => worker.prepare(caller));
      await killOnce(campaign, servers, workers);
      // Whoever was with the dead one is with another now: what one server promised, all must keep.
      const moved = [...servers.slice(1), ...servers.slice(0, 1)];
      await withCallers(moved, workers, ({ worker, caller }) => worker.judge(caller));
      if ((round + 1) % 20 === 0) progress(`${round + 1} of ${rounds}`);
    }
  } finally {
    for (const server of servers) server.kill();
    await Promise.all(servers.map(({ exited }) => exited));
  }
  for (const server of servers) await expectQuiet(server);
  await place.inspect((store) => audit(store, workers));
  await expectSound(place);
}

const hireAll = ({ crew, place }: Campaign): Worker[] =>
  crew.flatMap(([hire, hands]) =>
    Array.from({ length: hands }, (_, number) => {
      const name = `${hire.name.toLowerCase()}-${number}`;
      return hire({ name, number, path: join(place.folder, `${name}.ledger`) });
    }),
  );

async function startServer({ place, program }: Campaign): Promise<StartedProcess> {
  const began = performance.now();
  const server = await place.start(program === undefined ? {} : { program });
  const took = performance.now() - began - waitedForProcessor(server);
  if (took >= longestStart) server.kill('SIGKILL');
  expect(took).toBeLessThan(longestStart);
  return server;
}

/** Milliseconds that the thread that answers was ready to go on and had no processor, as Linux counts them (sched-stats). */
function waitedForProcessor({ pid }: StartedProcess): number {
  if (process.platform !== 'linux') return 0;
  const [, nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1_000_000;
}

/** Waits for the end of a server that had nothing to complain of, and that only a signal or our word has ended. */
export async function expectQuiet({ exited, stderr }: StartedProcess): Promise<void> {
  const code = await exited;
  expect({ code, said: stderr() }).toEqual({ code: code && 0, said: '' });
}

/** Fails unless the database finds nothing wrong with itself. */
export async function expectSound(place: Place): Promise<void> {
  expect(await place.soundness()).toBe('ok');
}

/** One kill: everybody works until the victim is dead; those of the other servers go on for a while. */
async function killOnce(
  campaign: Campaign,
  servers: StartedProcess[],
  workers: readonly Worker[],
): Promise<void> {
  const { chance, patience } = campaign;
  const seat = chance.between(0, servers.length - 1);
  const victim = servers[seat];
  const after = chance.between(1, patience);
  const turns = chance.between(0, 100);
  let acknowledged = 0;
  await withCallers(servers, workers, async ({ worker, caller, server }) => {
    const hasEnough = (): boolean => acknowledged >= after + patience && server !== victim;
    try {
      while (!hasEnough()) {
        await worker.step(caller);
        acknowledged += 1;
        if (acknowledged === after) killAfterTurns(victim, turns);
      }
    } catch (thrown) {
      if (!(thrown instanceof Unanswered && server === victim)) throw thrown;
    }
  });
  if (victim) await expectQuiet(victim);
  servers[seat] = await startServer(campaign);
}

/** Some turns of our event loop let the victim go a little further: not every death comes right after an answer. */
function killAfterTurns(victim: StartedProcess | undefined, turns: number): void {
  if (turns === 0) victim?.kill('SIGKILL');
  else setImmediate(() => killAfterTurns(victim, turns - 1));
}

/** Where somebody works. */
interface Post {
  readonly worker: Worker;
  readonly caller: Caller;
  readonly server: StartedProcess;
}

/** Does something with all workers at once, each with a connection of its own, spread over the servers. */
async function withCallers(
  servers: readonly StartedProcess[],
  workers: readonly Worker[],
  task: (post: Post) => Promise<void>,
): Promise<void> {
  const shares = servers.map((server, share) => ({
    server,
    members: workers.filter((_, at) => at % servers.length === share),
  }));
  const posts = shares.flatMap(({ server, members }) =>
    members.map((worker): Post => ({ worker, server, caller: callerOf(server.port) })),
  );
  await Promise.all(posts.map(task));
  for (const { caller } of posts) caller.close();
}

/** LOG-03: the chain of events is whole, and tells exactly what the ledgers and the rows tell (I6). */
async function audit(store: Store, workers: readonly Worker[]): Promise<void> {
  expect(await verifyEvents(store.read)).toMatchObject({ intact: true });
  const events: EventRecord[] = [];
  for (;;) {
    const page = await store.read.events.list({ after: events.at(-1)?.seq ?? 0, limit: 1000 });
    if (page.length === 0) break;
    events.push(...page);
  }
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  const { accounts } = await store.rowCounts();
  expect(accounts).toBe(count('account.created') - count('account.deleted'));
  for (const worker of workers) await worker.audit({ store, events });
}
