import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barrier, raiseBarrier, type Shot, type ShotReply } from '../kit/barrier.ts';
import type { StartedProcess } from '../kit/process.ts';
import { goodPassword } from '../kit/visitor.ts';
import { type Caller, callerOf } from './caller.ts';
import { expectQuiet, expectSound } from './crash.ts';
import { type Place, ways } from './ways.ts';
import { begin, familyOf, refreshBy, signUpAs, statusOf } from './work.ts';

const rounds = 20;

/** How often each status came. */
function tally(replies: readonly ShotReply[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe.each(ways)('three processes on $name', ({ make }) => {
  let place: Place;
  const servers: StartedProcess[] = [];
  let callers: Caller[] = [];
  /** The link of the last one that started; it voids those before. */
  let setUpLink = '';
  beforeAll(async () => {
    place = await make();
    // One after the other: the first one makes the data.
    for (let count = 0; count < 3; count += 1)
      servers.push(await place.start({ settings: { accountAttempts: 10 } }));
    callers = servers.map(({ port }) => callerOf(port));
    setUpLink = /setup\?link=(\S+)/.exec(servers.at(-1)?.stdout() ?? '')?.[1] ?? '';
  });
  afterAll(async () => {
    for (const caller of callers) caller.close();
    for (const server of servers) server.kill();
    for (const server of servers) await expectQuiet(server);
    await expectSound(place);
    await place.remove();
  });

  /** The caller of one of the three. */
  const at = (server: number): Caller => callers[server] ?? callerOf(0);

  /** The same request from so many at once, spread over the servers; `vary` tells them apart. */
  const volley = (
    count: number,
    shot: Omit<Shot, 'port'>,
    vary: (turn: number) => Partial<Shot> = () => ({}),
  ): Shot[] =>
    Array.from({ length: count }, (_, turn) => ({
      ...shot,
      port: servers[turn % servers.length]?.port ?? 0,
      ...vary(turn),
    }));

  test.each(['opaque', 'jwt'] as const)(
    'TOK-02: fifty refreshes of one %s token at once, twenty times: one branch',
    async (carrier) => {
      const email = `refresh-${carrier}@example.com`;
      await signUpAs(at(0), email, goodPassword);
      const begun = await begin(at(0), { identifier: email, password: goodPassword, carrier });
      const chain = [begun.refresh];
      for (let round = 0; round < rounds; round += 1) {
        const body = { refresh_token: chain.at(-1) };
        const replies = await barrier(volley(50, { method: 'POST', path: '/api/v1/tokens/refresh', body }));
        expect(tally(replies)).toEqual({ 200: 50 });
        const successors = new Set(replies.map(({ json }) => String(json['refresh_token'])));
        expect(successors.size).toBe(1);
        chain.push(...successors);
      }
      expect(new Set(chain).size).toBe(rounds + 1);
      const id = familyOf(begun.refresh);
      const generation = await place.inspect(async ({ read }) => (await read.families.find(id))?.generation);
      expect(generation).toBe(rounds);
      // The live one, and no other: an older one, on another process, ends them all.
      const { status, next, access } = await refreshBy(at(1), chain.at(-1) ?? '');
      expect(status).toBe(200);
      expect((await refreshBy(at(2), chain[0] ?? '')).status).toBe(401);
      for (const token of [...chain, next]) expect((await refreshBy(at(0), token)).status).toBe(401);
      expect(await statusOf(at(1), access)).toBe(401);
    },
  );

  test('RLM-08: two hundred wrong passwords at once: exactly the ten of the budget are looked at', async () => {
    const email = 'guessed@example.com';
    const account = await signUpAs(at(0), email, goodPassword);
    const shots = volley(200, { method: 'POST', path: '/api/v1/sessions' }, (turn) => ({
      body: { identifier: email, password: `not the password ${turn}` },
    }));
    expect(tally(await barrier(shots))).toEqual({ 401: 10, 429: 190 });
    const refused = await place.inspect(({ read }) =>
      read.events.list({ after: 0, limit: 1000, accountId: account, type: 'sign-in.refused' }),
    );
    expect(refused).toHaveLength(10);
    // The right one has to wait as well, or the answers would tell which it is.
    const body = { identifier: email, password: goodPassword };
    expect((await at(1).ask('POST', '/api/v1/sessions', { body })).status).toBe(429);
  });

  test('SES-03: after the answer to a sign-out the session is refused everywhere, at once', async () => {
    const email = 'leaving@example.com';
    await signUpAs(at(0), email, goodPassword);
    for (let round = 0; round < 5; round += 1) {
      const claim = { identifier: email, password: goodPassword };
      const { cookie } = await at(0).ask('POST', '/api/v1/sessions', { body: claim });
      const headers = { cookie, origin: 'http://localhost:3000' };
      for (const server of [0, 1, 2])
        expect((await at(server).ask('GET', '/api/v1/session', { headers })).status).toBe(200);
      const replays = await raiseBarrier(
        volley(200, { method: 'GET', path: '/api/v1/session', headers }, (turn) => ({
          port: servers[1 + (turn % 2)]?.port ?? 0,
          ...(turn % 4 === 3 ? { method: 'DELETE', path: '/api/v1/account/sessions' } : {}),
        })),
      );
      expect((await at(0).ask('DELETE', '/api/v1/session', { headers })).status).toBe(204);
      expect(tally(await replays.release())).toEqual({ 401: 200 });
    }
  });

  test('I5: sixty uses of one set-up link at once make one administrator', async () => {
    const shots = volley(60, { method: 'POST', path: '/setup' }, (turn) => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(
        new URLSearchParams({ link: setUpLink, email: `chief-${turn}@example.com`, password: goodPassword }),
      ),
    }));
    const replies = await barrier(shots);
    expect(tally(replies)).toEqual({ 200: 1, 403: 59 });
    const winner = `chief-${replies.findIndex(({ status }) => status === 200)}@example.com`;
    await place.inspect(async ({ read }) => {
      expect(await read.events.list({ after: 0, limit: 10, type: 'set-up.used' })).toHaveLength(1);
      const chiefs = await read.accounts.search({ text: 'chief', limit: 100 });
      expect(chiefs.map(({ email, roles }) => [email, roles])).toEqual([[winner, ['admin']]]);
    });
  });

  test('I1: sixty sign-ups of one address at once make one account, with the password of the one who was told so', async () => {
    const email = 'wanted@example.com';
    const passwordOf = (turn: number): string => `${goodPassword} number ${turn}`;
    const shots = volley(60, { method: 'POST', path: '/api/v1/accounts' }, (turn) => ({
      body: { email: turn % 2 === 0 ? email : email.toUpperCase(), password: passwordOf(turn) },
    }));
    const replies = await barrier(shots);
    expect(tally(replies)).toEqual({ 201: 1, 409: 59 });
    const winner = replies.findIndex(({ status }) => status === 201);
    const { account } = await begin(at(1), { identifier: email, password: passwordOf(winner) });
    expect(account).toBe(replies[winner]?.json['id']);
    const body = { identifier: email, password: passwordOf((winner + 1) % 60) };
    expect((await at(2).ask('POST', '/api/v1/sessions', { body })).status).toBe(401);
  });

  test('I2: thirty changes of one password at once: one is made, and its password is the one that works', async () => {
    const email = 'changing@example.com';
    await signUpAs(at(0), email, goodPassword);
    const { access } = await begin(at(0), { identifier: email, password: goodPassword });
    const passwordOf = (turn: number): string => `${goodPassword} later ${turn}`;
    const shots = volley(30, { method: 'PUT', path: '/api/v1/account/password' }, (turn) => ({
      headers: { authorization: `Bearer ${access}` },
      body: { current_password: goodPassword, new_password: passwordOf(turn) },
    }));
    const replies = await barrier(shots);
    const { 200: made, 401: late = 0, 403: wrong = 0 } = tally(replies);
    expect([made, late + wrong]).toEqual([1, 29]);
    const winner = replies.findIndex(({ status }) => status === 200);
    await begin(at(1), { identifier: email, password: passwordOf(winner) });
    for (const password of [goodPassword, passwordOf((winner + 1) % 30)]) {
      const body = { identifier: email, password };
      expect((await at(2).ask('POST', '/api/v1/sessions', { body })).status).toBe(401);
    }
  });
});
