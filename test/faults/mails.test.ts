import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { mailSettings, openPostOffice, type PostOffice } from '../kit/post-office.ts';
import type { StartedProcess } from '../kit/process.ts';
import { callerOf, Unanswered } from './caller.ts';
import { type Chance, chance } from './chance.ts';
import { expectQuiet, expectSound } from './crash.ts';
import { type Place, ways } from './ways.ts';

const program = fileURLToPath(new URL('mailing-server.ts', import.meta.url));

/** Mails that one process has in hand at the same time: no more can come twice for one death. */
const batch = 5;
/** Mails that are posted in one life: more than it takes to be killed, and few enough to be sent soon. */
const most = 40;
/** Milliseconds after which what a dead process had claimed is due again. */
const claimed = 61_000;

describe.each(ways)('mails of a server that is killed, on $name', ({ make }) => {
  let place: Place;
  let office: PostOffice;
  beforeEach(async () => {
    [place, office] = await Promise.all([make(), openPostOffice()]);
  });
  afterEach(async () => {
    await office.close();
    await place.remove();
  });

  const start = (life: number): Promise<StartedProcess> =>
    place.start({
      program,
      settings: mailSettings(office),
      environment: { MAILS_AHEAD: String(life * claimed) },
    });

  /** Posts mails one after the other until the server is dead, and tells which were acknowledged. */
  async function postUntilDead(server: StartedProcess, first: number): Promise<number[]> {
    const caller = callerOf(server.port);
    const promised: number[] = [];
    try {
      for (let number = first; number < first + most; number += 1) {
        await caller.ask('POST', `/${number}`);
        promised.push(number);
      }
      await server.exited;
      return promised;
    } catch (thrown) {
      if (!(thrown instanceof Unanswered)) throw thrown;
      return promised;
    } finally {
      caller.close();
    }
  }

  const numbersThatArrived = (): number[] => [
    ...new Set(office.arrived.map(({ recipients }) => Number(/\d+/.exec(recipients[0] ?? '')?.[0]))),
  ];

  /** One server after the other is killed when so many mails have been brought; the last one empties the outbox. */
  async function killAgainAndAgain(rounds: number, chances: Chance): Promise<number[]> {
    const promised: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const server = await start(round);
      const until = office.visits() + chances.between(1, 12);
      office.onTaken(async () => {
        if (office.visits() >= until) server.kill('SIGKILL');
      });
      promised.push(...(await postUntilDead(server, (round + 1) * 1000)));
      await expectQuiet(server);
    }
    office.onTaken(async () => undefined);
    return promised;
  }

  test('FLT-21: 6 deaths between commit and sending: none is lost, and what comes twice has one id', async () => {
    const chances = chance();
    onTestFailed(() => console.error(`again with FAULT_SEED=${chances.seed}`));
    const rounds = 6;
    const promised = await killAgainAndAgain(rounds, chances);
    expect(promised.length).toBeGreaterThan(rounds);
    const last = await start(rounds);
    await expect
      .poll(async () => place.inspect((store) => store.read.mails.countWaiting()), { timeout: 60_000 })
      .toBe(0);
    last.kill();
    await expectQuiet(last);
    expect(numbersThatArrived()).toEqual(expect.arrayContaining(promised));
    // One address is one mail: whatever came for it has the id under which a mailbox knows it again.
    const ids = new Map<string, Set<string>>();
    for (const { recipients, messageId = '' } of office.arrived)
      ids.set(recipients[0] ?? '', (ids.get(recipients[0] ?? '') ?? new Set()).add(messageId));
    expect([...ids.values()].every((of) => of.size === 1)).toBe(true);
    expect(office.arrived.length - ids.size).toBeLessThanOrEqual(rounds * batch);
    await expectSound(place);
  });

  test('FLT-21: a server that is not killed sends none twice', async () => {
    const server = await start(0);
    const caller = callerOf(server.port);
    for (let number = 1; number <= 20; number += 1) await caller.ask('POST', `/${number}`);
    caller.close();
    await office.has(20);
    server.kill();
    await expectQuiet(server);
    expect(office.arrived).toHaveLength(20);
    expect(numbersThatArrived()).toHaveLength(20);
  });
});
