import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createVault } from '../../../packages/server/src/domain/keys/vault.ts';
import { readMasterKey } from '../../../packages/server/src/program/configuration/master-key.ts';
import { mailTo } from '../../kit/mails.ts';
import type { StartedProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Answered, type Caller, callerOf, Unanswered } from '../caller.ts';
import { expectSound } from '../crash.ts';
import { progress, rounds } from '../extent.ts';
import { inject } from '../tracer.ts';
import { trial } from '../trial.ts';
import { makeSqlite, type Place } from '../ways.ts';
import { begin, familyOf, refreshBy, signUpAs, trySignIn } from '../work.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const newPassword = `${goodPassword} no more`;

/** Somebody whose password is reset while somebody else signs up and a third one refreshes. */
interface Cast {
  readonly newcomer: string;
  readonly owner: string;
  readonly refresh: string;
  readonly ticket: string;
  readonly code: string;
}

/** What was answered before the server died; undefined where nobody knows. */
interface Told {
  signUp?: Answered;
  refresh?: Answered;
  reset?: Answered;
}

async function prepare(place: Place, server: StartedProcess, turn: string): Promise<Cast> {
  const caller = callerOf(server.port);
  const owner = `owner-${turn}@example.com`;
  await signUpAs(caller, owner, goodPassword);
  const { access } = await begin(caller, { identifier: owner, password: goodPassword });
  const vault = createVault(readMasterKey(server.dataFolder, undefined));
  const codeOf = (kind: 'email-change' | 'password-reset'): Promise<string> =>
    place.inspect(
      async (store) =>
        (await mailTo({ assembly: { ports: { store, vault } as never } }, owner, kind)).values.code,
    );
  const proof = await caller.ask('POST', '/api/v1/account/email', { bearer: access, body: { email: owner } });
  const confirm = { ticket: proof.json['ticket'], code: await codeOf('email-change') };
  await caller.ask('POST', '/api/v1/account/email/confirm', { bearer: access, body: confirm });
  const asked = await caller.ask('POST', '/api/v1/password-resets', { body: { email: owner } });
  const rotating = `rotating-${turn}@example.com`;
  await signUpAs(caller, rotating, goodPassword);
  const { refresh } = await begin(caller, { identifier: rotating, password: goodPassword });
  caller.close();
  return {
    newcomer: `newcomer-${turn}@example.com`,
    owner,
    refresh,
    ticket: String(asked.json['ticket']),
    code: await codeOf('password-reset'),
  };
}

const resetOf = ({ ticket, code }: Cast) => ({ body: { ticket, code, new_password: newPassword } });

/** One thing after the other, until the server is dead. */
async function work(caller: Caller, cast: Cast): Promise<Told> {
  const told: Told = {};
  const body = { email: cast.newcomer, password: goodPassword };
  try {
    told.signUp = await caller.ask('POST', '/api/v1/accounts', { body });
    const refreshing = { body: { refresh_token: cast.refresh } };
    told.refresh = await caller.ask('POST', '/api/v1/tokens/refresh', refreshing);
    told.reset = await caller.ask('POST', '/api/v1/password-resets/confirm', resetOf(cast));
  } catch (thrown) {
    if (!(thrown instanceof Unanswered)) throw thrown;
  }
  return told;
}

/** Where it is found out, after a restart. */
interface Court {
  readonly place: Place;
  readonly caller: Caller;
}

/** I1: the account is there, once, and whole. */
async function judgeSignUp({ place, caller }: Court, { newcomer }: Cast, told: Told): Promise<void> {
  if (told.signUp) expect(told.signUp.status).toBe(201);
  const again = await caller.ask('POST', '/api/v1/accounts', {
    body: { email: newcomer, password: goodPassword },
  });
  expect(told.signUp ? [409] : [201, 409]).toContain(again.status);
  expect(await trySignIn(caller, newcomer, goodPassword)).toBe(201);
  await place.inspect(async ({ read }) => {
    const { id = '' } = (await read.accounts.findByIdentifier(newcomer)) ?? {};
    const made = { after: 0, limit: 10, accountId: id, type: 'account.created' } as const;
    expect(await read.events.list(made)).toHaveLength(1);
  });
}

/** I4: one successor, made once. */
async function judgeRefresh({ place, caller }: Court, { refresh }: Cast, told: Told): Promise<void> {
  const retries = [await refreshBy(caller, refresh), await refreshBy(caller, refresh)];
  const next = told.refresh ? String(told.refresh.json['refresh_token']) : retries[0]?.next;
  expect(retries.map((retry) => [retry.status, retry.next])).toEqual([0, 1].map(() => [200, next]));
  const family = await place.inspect(({ read }) => read.families.find(familyOf(refresh)));
  expect(family?.generation).toBe(1);
}

/** I2, I5: the old password or the new one, and the code is good once. */
async function judgeReset({ caller }: Court, cast: Cast, told: Told): Promise<void> {
  const works = async (password: string): Promise<boolean> =>
    (await trySignIn(caller, cast.owner, password)) === 201;
  if (told.reset) expect(told.reset.status).toBe(204);
  const isDone = await works(newPassword);
  if (told.reset) expect(isDone).toBe(true);
  expect(await works(goodPassword)).toBe(!isDone);
  const again = await caller.ask('POST', '/api/v1/password-resets/confirm', resetOf(cast));
  expect(again.status === 204).toBe(!isDone);
  expect([await works(newPassword), await works(goodPassword)]).toEqual([true, false]);
  const third = await caller.ask('POST', '/api/v1/password-resets/confirm', resetOf(cast));
  expect(third.status).toBeGreaterThanOrEqual(400);
}

/** The calls at which somebody may die, and how many there are on the way at most. */
const points = [
  ['pwrite64', 1],
  ['fsync,fdatasync', 8],
  ['write,writev', 4],
] as const;

test.each(points)(
  'FLT-04: killed at each %s of a sign-up, a rotation and a reset: whole or not at all, and what is good once stays so',
  async (call, sparse) => {
    await trial(makeSqlite, async ({ place }) => {
      let deaths = 0;
      const most = Math.ceil(rounds(200) / sparse);
      for (let point = 1; point <= most; point += 1) {
        const first = await place.start({ program });
        const cast = await prepare(place, first, String(point));
        const end = await inject(first, [`${call}:signal=SIGKILL:when=${point}`]);
        const caller = callerOf(first.port);
        const told = await work(caller, cast);
        caller.close();
        const lived = told.reset !== undefined;
        if (lived) await end();
        else deaths += 1;
        first.kill('SIGKILL');
        await first.exited;
        const second = await place.start({ program });
        const court = { place, caller: callerOf(second.port) };
        await judgeSignUp(court, cast, told);
        await judgeRefresh(court, cast, told);
        await judgeReset(court, cast, told);
        court.caller.close();
        second.kill();
        await second.exited;
        if (point % 20 === 0) progress(`${call}: ${point} of ${most}, ${deaths} deaths`);
        // Past the last call of the way nobody dies any more.
        if (lived) break;
      }
      expect(deaths).toBeGreaterThan(0);
      await expectSound(place);
    });
  },
);
