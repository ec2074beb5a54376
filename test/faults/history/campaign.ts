/**
 * A campaign: clients that do all kinds of things at once, something that goes wrong again and again meanwhile, and the
 * checker. It is divided into episodes of some blows each, with new people, so that histories stay short. It must not know
 * what goes wrong.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Cancel, systemClock } from '../../../packages/server/src/base/clock.ts';
import { verifyEvents } from '../../../packages/server/src/domain/admin/verify-events.ts';
import type { EventRecord } from '../../../packages/server/src/domain/event.ts';
import type { Store } from '../../../packages/server/src/domain/store.ts';
import type { Chance } from '../chance.ts';
import { progress } from '../extent.ts';
import { pause } from '../pause.ts';
import type { Place, PlaceOptions } from '../ways.ts';
import { auditFaults } from './audit.ts';
import { type Actor, type Household, perform } from './client.ts';
import { type Done, type Scribe, scribeIn } from './deeds.ts';
import { type Fleet, lineTo, type Shape, startFleet } from './fleet.ts';
import { emptyHousehold, makeProgram, nextDeed, settleIn } from './household.ts';
import { faultsOf, guessBudget } from './judge.ts';
import { afterLosses, type Loss } from './loss.ts';
import { tryEverything } from './sweep.ts';

/** What a blow may reach. */
export interface Scene {
  readonly place: Place;
  readonly fleet: Fleet;
  readonly chance: Chance;
  /** Resolves when so many more deeds were answered. */
  answers(count: number): Promise<void>;
  /** The moment that is now, in the count that orders all deeds. */
  moment(): number;
  /** What was done between these moments is lost. */
  lose(loss: Loss): void;
}

/** Something that goes wrong: does it, and puts it right again. */
export type Blow = (scene: Scene) => Promise<void>;

/** A campaign. */
export interface Campaign {
  readonly place: Place;
  readonly shape: Shape;
  readonly chance: Chance;
  readonly blow: Blow;
  readonly blows: number;
  readonly options?: PlaceOptions;
  readonly households?: number;
  /** Servers leave by SIGTERM alone: whatever reached them must be answered. */
  readonly isPolite?: boolean;
}

/** Milliseconds that a client waits where nobody answers, and in which somebody must answer anybody. */
const breath = 20;
const longestSilence = 120_000;
/** Blows of one episode. */
const episodeLength = 8;
const clientsOfHousehold = 3;

/** Runs a campaign, and returns its history. Fails when any part of that has no explanation, or the data do not tell the same. */
export async function survive(campaign: Campaign): Promise<readonly Done[]> {
  const { place, shape, chance, blow, blows, options = {}, isPolite = false } = campaign;
  const settings = { ...options.settings, accountAttempts: guessBudget, familiarAttempts: guessBudget };
  const fleet = await startFleet(place, shape, { ...options, settings });
  const clientId = await makeProgram(place);
  const whole: Done[] = [];
  try {
    for (let past = 0; past < blows; past += episodeLength) {
      const folder = join(place.folder, `episode-${past}`);
      mkdirSync(folder);
      const scribe = scribeIn(folder, { isPolite });
      const losses: Loss[] = [];
      const households = Array.from({ length: campaign.households ?? 6 }, (_, at) =>
        emptyHousehold(`house-${past}-${at}`, clientId),
      );
      await episode({ fleet, scribe, households, chance }, async (answers) => {
        for (let count = past; count < Math.min(blows, past + episodeLength); count += 1) {
          await answers(chance.between(20, 160));
          const { moment } = scribe;
          await blow({ place, fleet, chance, answers, moment, lose: (loss) => void losses.push(loss) });
          if ((count + 1) % 10 === 0) progress(`${shape.name}: ${count + 1} of ${blows}`);
        }
      });
      const history = afterLosses(scribe.read(), losses);
      scribe.close();
      expect(faultsOf(history)).toEqual([]);
      if (isPolite) expect(history.filter(({ told }) => told === undefined)).toEqual([]);
      whole.push(...history);
    }
  } finally {
    await fleet.stop();
  }
  const stands = whole.filter(({ standing }) => standing !== 'lost');
  await place.inspect((store) => audit(store, stands));
  expect(await place.soundness()).toBe('ok');
  return whole;
}

interface Episode {
  readonly fleet: Fleet;
  readonly scribe: Scribe;
  readonly households: readonly Household[];
  readonly chance: Chance;
}

/** Everybody settles in, works while things go wrong, and tries everything in the end. */
async function episode(
  { fleet, scribe, households, chance }: Episode,
  goWrong: (answers: Scene['answers']) => Promise<void>,
): Promise<void> {
  // A process with several workers is met on as many connections: they are given out in turn.
  const seats = fleet.seats.length;
  const line = lineTo(fleet);
  const actorOf = (household: Household, at: number, own = line): Actor => ({
    household,
    chance,
    seats,
    line: own,
    pen: scribe.pen(`${household.email}-${at}`),
  });
  const heads = households.map((household) => actorOf(household, 0));
  await Promise.all(heads.map(settleIn));
  const counter = countAnswers();
  const work = { isOver: false };
  const lines = households.flatMap((household) =>
    Array.from({ length: clientsOfHousehold }, (_, at) => ({ household, at, own: lineTo(fleet) })),
  );
  const working = lines.map(async ({ household, at, own }) => {
    const actor = actorOf(household, at + 1, own);
    while (!work.isOver) {
      if (await perform(actor, nextDeed(household, chance))) counter.add();
      // Whoever is not answered is in no hurry: nobody may be there for a moment.
      else await pause(breath);
    }
  });
  const finished = Promise.all(working);
  try {
    await Promise.race([goWrong(counter.wait), finished, counter.silence]);
  } finally {
    work.isOver = true;
    counter.close();
  }
  await finished;
  const sweeps = Math.max(1, fleet.shape.workers);
  for (let sweep = 0; sweep < sweeps; sweep += 1) await Promise.all(heads.map(tryEverything));
  for (const { own } of [...lines, { own: line }]) own.close();
}

interface AnswerCounter {
  add(): void;
  readonly wait: Scene['answers'];
  /** Rejects when nobody was answered for too long; never resolves. */
  readonly silence: Promise<never>;
  close(): void;
}

function countAnswers(): AnswerCounter {
  let count = 0;
  let waiting: { readonly until: number; readonly resolve: () => void }[] = [];
  const silence = Promise.withResolvers<never>();
  // Nobody may be waiting for it when it comes.
  silence.promise.catch(() => undefined);
  let cancel: Cancel = () => undefined;
  const watch = (): void => {
    cancel();
    cancel = systemClock.after(longestSilence, () => silence.reject(new Error('nobody answers any more')));
  };
  watch();
  return {
    add: () => {
      count += 1;
      watch();
      for (const { until, resolve } of waiting) if (count >= until) resolve();
      waiting = waiting.filter(({ until }) => count < until);
    },
    wait: (more) => new Promise((resolve) => waiting.push({ until: count + more, resolve })),
    silence: silence.promise,
    close: () => cancel(),
  };
}

/** The chain of events is whole, and tells what the histories tell (I6). */
async function audit(store: Store, history: readonly Done[]): Promise<void> {
  expect(await verifyEvents(store.read)).toMatchObject({ intact: true });
  const events: EventRecord[] = [];
  for (;;) {
    const page = await store.read.events.list({ after: events.at(-1)?.seq ?? 0, limit: 1000 });
    if (page.length === 0) break;
    events.push(...page);
  }
  expect(auditFaults(history, events)).toEqual([]);
}
