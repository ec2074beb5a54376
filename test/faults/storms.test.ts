import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barrier, type Shot, type ShotReply } from '../kit/barrier.ts';
import { runProcess, type StartedProcess } from '../kit/process.ts';
import { goodPassword } from '../kit/visitor.ts';
import { type Caller, callerOf } from './caller.ts';
import { expectQuiet, expectSound } from './crash.ts';
import { rounds } from './extent.ts';
import { type Place, ways } from './ways.ts';
import { begin, refreshBy, signUpAs, statusOf, trySignIn } from './work.ts';

describe.each(ways)('three processes on $name, and everybody at once', ({ make }) => {
  let place: Place;
  const servers: StartedProcess[] = [];
  let callers: Caller[] = [];
  /** An administrator's access token. */
  let chief = '';
  beforeAll(async () => {
    place = await make();
    while (servers.length < 3) servers.push(await place.start());
    callers = servers.map(({ port }) => callerOf(port));
    const link = /setup\?link=(\S+)/.exec(servers.at(-1)?.stdout() ?? '')?.[1] ?? '';
    const fields = new URLSearchParams({ link, email: 'chief@example.com', password: goodPassword });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await barrier(spread([{ method: 'POST', path: '/setup', headers, body: fields.toString() }]));
    chief = (await begin(at(0), { identifier: 'chief@example.com', password: goodPassword })).access;
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

  const spread = (shots: readonly Omit<Shot, 'port'>[]): Shot[] =>
    shots.map((shot, turn) => ({ ...shot, port: servers[turn % servers.length]?.port ?? 0 }));

  const refreshShot = (token: string): Omit<Shot, 'port'> => ({
    method: 'POST',
    path: '/api/v1/tokens/refresh',
    body: { refresh_token: token },
  });

  const statuses = (replies: readonly ShotReply[]): number[] => [
    ...new Set(replies.map(({ status }) => status)),
  ];

  test('LOD-02, TOK-23: a thousand tabs with one token are told one successor, and nobody is signed out', async () => {
    await signUpAs(at(0), 'tabs@example.com', goodPassword);
    const begun = await begin(at(0), { identifier: 'tabs@example.com', password: goodPassword });
    const replies = await barrier(spread(Array.from({ length: 1000 }, () => refreshShot(begun.refresh))));
    expect(statuses(replies)).toEqual([200]);
    const successors = new Set(replies.map(({ json }) => String(json['refresh_token'])));
    expect(successors.size).toBe(1);
    for (const server of [0, 1, 2])
      expect(await statusOf(at(server), String(replies[0]?.json['access_token']))).toBe(200);
    expect((await refreshBy(at(1), [...successors][0] ?? '')).status).toBe(200);
  });

  test('LOD-02: a hundred people with five tabs each wake up at once', async () => {
    const email = (person: number): string => `sleeper-${person % 10}@example.com`;
    for (let person = 0; person < 10; person += 1) await signUpAs(at(0), email(person), goodPassword);
    const people = await Promise.all(
      Array.from({ length: 100 }, (_, person) =>
        begin(at(person % 3), { identifier: email(person), password: goodPassword }),
      ),
    );
    const tabs = people.flatMap(({ refresh }) => Array.from({ length: 5 }, () => refreshShot(refresh)));
    const replies = await barrier(spread(tabs));
    expect(statuses(replies)).toEqual([200]);
    const answers = new Set(replies.map(({ json }) => String(json['refresh_token'])));
    expect(answers.size).toBe(people.length);
  });

  test('TOK-02, I3: a sign-out among refreshes: after its answer nothing of the session is accepted', async () => {
    await signUpAs(at(0), 'leaver@example.com', goodPassword);
    for (let round = 0; round < rounds(3); round += 1) {
      const begun = await begin(at(0), { identifier: 'leaver@example.com', password: goodPassword });
      const leaving = {
        method: 'DELETE',
        path: '/api/v1/session',
        headers: { authorization: `Bearer ${begun.access}` },
      };
      const shots = Array.from({ length: 30 }, (_, turn) =>
        turn === round % 30 ? leaving : refreshShot(begun.refresh),
      );
      const replies = await barrier(spread(shots));
      expect(replies[round % 30]?.status).toBe(204);
      const given = replies.filter(({ status }) => status === 200).map(({ json }) => json);
      for (const server of [0, 1, 2]) {
        const tokens = [begun.refresh, ...given.map((json) => String(json['refresh_token']))];
        for (const token of new Set(tokens)) expect((await refreshBy(at(server), token)).status).toBe(401);
        const accesses = [begun.access, ...given.map((json) => String(json['access_token']))];
        for (const access of new Set(accesses)) expect(await statusOf(at(server), access)).toBe(401);
      }
    }
  });

  test('SES-08, I3: an account that is disabled among its sign-ins: none of them lives on', async () => {
    for (let round = 0; round < rounds(2); round += 1) {
      const email = `banned-${round}@example.com`;
      const account = await signUpAs(at(0), email, goodPassword);
      const ban = {
        method: 'PATCH',
        path: `/api/v1/admin/accounts/${account}`,
        headers: { authorization: `Bearer ${chief}` },
        body: { status: 'disabled' },
      };
      const signIn = {
        method: 'POST',
        path: '/api/v1/sessions',
        body: { identifier: email, password: goodPassword, carrier: 'opaque' },
      };
      const shots = Array.from({ length: 12 }, (_, turn) => (turn === 6 ? ban : signIn));
      const replies = await barrier(spread(shots));
      expect(replies[6]?.status).toBe(200);
      for (const { status, json } of replies.filter(({ status: told }) => told === 201)) {
        expect(status).toBe(201);
        for (const server of [0, 1, 2]) {
          expect(await statusOf(at(server), String(json['access_token']))).toBe(401);
          expect((await refreshBy(at(server), String(json['refresh_token']))).status).toBe(401);
        }
      }
      expect(await trySignIn(at(1), email, goodPassword)).toBe(401);
    }
  });

  test('OPS-01: keys that rotate again and again: no token that was given is refused anywhere', async () => {
    await signUpAs(at(0), 'rotating@example.com', goodPassword);
    const claim = { identifier: 'rotating@example.com', password: goodPassword, carrier: 'jwt' } as const;
    const work = { isOver: false };
    const using = [0, 1, 2].map(async (server) => {
      let checks = 0;
      let { access, refresh } = await begin(at(server), claim);
      while (!work.isOver) {
        for (const other of [0, 1, 2]) expect(await statusOf(at(other), access)).toBe(200);
        checks += 1;
        const next = await refreshBy(at(server), refresh);
        expect(next.status).toBe(200);
        [access, refresh] = [next.access, next.next];
      }
      return checks;
    });
    for (let round = 0; round < rounds(2); round += 1) {
      const args = ['keys', 'rotate', '--force', '--data-folder', servers[0]?.dataFolder ?? ''];
      expect((await runProcess(args)).code).toBe(0);
    }
    work.isOver = true;
    for (const checks of await Promise.all(using)) expect(checks).toBeGreaterThan(0);
  });
});
