/** Attacks on refresh families: races, reuse, farming the window, restarts, a clock that jumps. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refresh } from '../../../packages/server/src/domain/tokens/refresh.ts';
import { device, type Person, person, refreshBy, statusOf, why } from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';

const open: Serving[] = [];
let serving: Serving;
let ada: Person;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada');
  open.push(serving);
});
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** Another assembly on the same data: what another process would be. */
async function beside(first: Serving): Promise<Serving> {
  const { dataFolder, clock } = first;
  const other = await serveHandler({ lightHashing: true, dataFolder, clock });
  open.push(other);
  return other;
}

const token = ({ json }: Answer): string => String(json['refresh_token']);
const access = ({ json }: Answer): string => String(json['access_token']);
const successors = (answers: readonly Answer[]): Set<string> =>
  new Set(answers.filter(({ status }) => status === 200).map(token));
const eventsOf = async (type: string): Promise<number> =>
  (await serving.assembly.ports.store.read.events.list({ after: 0, limit: 1000, type })).length;

describe('one token, many at once', () => {
  test('TOK-01: a hundred refreshes of one token give one successor, round after round', async () => {
    let live = ada.refresh;
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => refreshBy(serving, live)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const next = successors(answers);
      expect(next.size).toBe(1);
      live = [...next][0] ?? '';
      serving.clock.advance(1000);
    }
    expect((await serving.assembly.ports.store.rowCounts())['families']).toBe(1);
    expect(await eventsOf('refresh.reused')).toBe(0);
  });

  test.each([1, 2, 5])(
    'TOK-02: who is overtaken by %i refreshes between look and swap gets what is live then, and the family lives on',
    async (steps) => {
      const { ports } = serving.assembly;
      const claim = { token: ada.refresh, inCookie: false, network: '192.0.2.1' };
      let live = ada.refresh;
      const overtake = async (): Promise<void> => {
        for (let step = 0; step < steps; step += 1) live = token(await refreshBy(serving, live));
      };
      // As it is on Postgres: nobody holds anything between the two.
      const once: typeof ports.store.once = (work) =>
        work(ports.store.read, async (_key, change) => {
          await overtake();
          return ports.store.transact(change);
        });
      const { delivery } = await refresh({ ...ports, store: { ...ports.store, once } }, claim);
      expect(delivery.tokens?.refresh_token).toBe(live);
      expect((await refreshBy(serving, live)).status).toBe(200);
      expect(await eventsOf('refresh.reused')).toBe(0);
    },
  );

  test('TOK-02: the same over three servers on one database, and nobody sees its lock', async () => {
    const servers = [serving, await beside(serving), await beside(serving)];
    let live = ada.refresh;
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => refreshBy(servers[i % 3] ?? serving, live)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const next = successors(answers);
      expect(next.size).toBe(1);
      live = [...next][0] ?? '';
      serving.clock.advance(1000);
    }
    for (const one of servers) expect(one.reported).toEqual([]);
  });

  test('a refresh that races the end of its session never leaves it alive', async () => {
    for (let round = 0; round < 10; round++) {
      const one = await device(serving, ada);
      const [, ...answers] = await Promise.all([
        one.ask('DELETE', '/api/v1/session'),
        ...Array.from({ length: 10 }, () => refreshBy(serving, one.refresh)),
      ]);
      for (const answer of answers.filter(({ status }) => status === 200)) {
        expect(await statusOf(serving, access(answer))).toBe(401);
        expect((await refreshBy(serving, token(answer))).status).toBe(401);
      }
    }
  });
});

test('TOK-03: reuse after the window ends the whole family on every server, with its opaque tokens', async () => {
  const other = await beside(serving);
  const second = await refreshBy(serving, ada.refresh);
  const third = await refreshBy(serving, token(second));
  serving.clock.advance(30_000);
  const reused = await refreshBy(other, token(second));
  expect([reused.status, reused.json['code']]).toEqual([401, 'refresh_refused']);
  for (const one of [serving, other]) {
    for (const each of [ada.refresh, token(second), token(third)])
      expect((await refreshBy(one, each)).status).toBe(401);
    for (const each of [ada.access, access(second), access(third)])
      expect(await statusOf(one, each)).toBe(401);
  }
  expect(await eventsOf('refresh.reused')).toBe(1);
  const [told] = await serving.assembly.ports.store.read.events.list({
    after: 0,
    limit: 1,
    type: 'refresh.reused',
  });
  expect(told).toMatchObject({ accountId: ada.account, sessionId: ada.session, actor: 'stranger' });
});

describe('TOK-04: the window cannot be farmed', () => {
  test('fifty replays within it, from anywhere, give the same successor and no other branch', async () => {
    const first = await refreshBy(serving, ada.refresh);
    const answers: Answer[] = [];
    for (let i = 0; i < 50; i++) {
      const visitor = visit(serving, { program: true, peer: `198.51.100.${i}` });
      answers.push(
        await visitor.ask('POST', '/api/v1/tokens/refresh', { body: { refresh_token: ada.refresh } }),
      );
    }
    expect(successors(answers)).toEqual(new Set([token(first)]));
    expect(new Set(answers.map(access))).toEqual(new Set([access(first)]));
  });

  test('a replay does not move the end of the window', async () => {
    await refreshBy(serving, ada.refresh);
    for (let i = 0; i < 29; i++) {
      serving.clock.advance(1000);
      expect((await refreshBy(serving, ada.refresh)).status).toBe(200);
    }
    serving.clock.advance(1000);
    expect((await refreshBy(serving, ada.refresh)).status).toBe(401);
  });

  test('a replay does not prolong its access token', async () => {
    await refreshBy(serving, ada.refresh);
    serving.clock.advance(29_000);
    const late = await refreshBy(serving, ada.refresh);
    expect(late.json['expires_in']).toBe(271);
  });

  test('the one before the predecessor ends the family, and a changed request is refused', async () => {
    const changed = { refresh_token: ada.refresh, scope: 'admin' };
    const answer = await visit(serving, { program: true }).ask('POST', '/api/v1/tokens/refresh', {
      body: changed,
    });
    expect(answer.status).toBe(400);
    const second = await refreshBy(serving, ada.refresh);
    await refreshBy(serving, token(second));
    expect((await refreshBy(serving, ada.refresh)).status).toBe(401);
    expect(await eventsOf('refresh.reused')).toBe(1);
  });

  test('with a window of nothing each token works once', async () => {
    const strict = await serveHandler({ lightHashing: true, settings: { refreshWindow: 0 } });
    open.push(strict);
    const bob = await person(strict, 'bob');
    expect((await refreshBy(strict, bob.refresh)).status).toBe(200);
    expect((await refreshBy(strict, bob.refresh)).status).toBe(401);
  });
});

test('TOK-06: a rotated token stays dead after every restart, and its reuse is still noticed', async () => {
  const first = await refreshBy(serving, ada.refresh);
  const second = await refreshBy(serving, token(first));
  const { dataFolder, clock } = serving;
  for (let restart = 0; restart < 3; restart++) {
    const again = await serveHandler({ lightHashing: true, dataFolder, clock });
    expect(await statusOf(again, access(second))).toBe(200);
    expect(token(await refreshBy(again, token(first)))).toBe(token(second));
    await again.close();
  }
  clock.advance(30_000);
  const again = await serveHandler({ lightHashing: true, dataFolder, clock });
  const refused = await refreshBy(again, token(first));
  expect(why(again, refused).detail).toMatchObject({ check: 'refresh-reused' });
  expect((await refreshBy(again, token(second))).status).toBe(401);
  await again.close();
});

test('TOK-21: a request that is wrong in itself does not use the token up', async () => {
  const visitor = visit(serving, { program: true });
  const path = '/api/v1/tokens/refresh';
  const body = { refresh_token: ada.refresh };
  const raw = JSON.stringify(body);
  for (const said of [
    { raw, headers: { 'content-type': 'text/plain' } },
    { raw: `${raw}x`, headers: { 'content-type': 'application/json' } },
    { raw: `\uFEFF${raw}`, headers: { 'content-type': 'application/json' } },
    { body: { ...body, more: 1 } },
    { body: { refresh_token: [ada.refresh] } },
    { body, headers: { origin: 'https://evil.example' } },
  ])
    expect([400, 403, 415]).toContain((await visitor.ask('POST', path, said)).status);
  expect((await visitor.ask('GET', `${path}?refresh_token=${ada.refresh}`)).status).toBe(405);
  const family = (await refreshBy(serving, ada.refresh)).json;
  expect(family['refresh_expires_in']).toBe(14 * 86_400);
});

describe('CLK-01: a clock that jumps', () => {
  test('set back, it opens no second branch, forgives no older member, and does not widen the window', async () => {
    const second = await refreshBy(serving, ada.refresh);
    serving.clock.advance(-60_000);
    expect(token(await refreshBy(serving, ada.refresh))).toBe(token(second));
    serving.clock.advance(-3_540_000);
    const late = await refreshBy(serving, ada.refresh);
    expect(late.status).toBe(401);
    expect((await refreshBy(serving, token(second))).status).toBe(401);
  });

  test('set back and right again, nobody is signed out who kept to the rules', async () => {
    const cookie = await device(serving, ada, { carrier: 'cookie' });
    const second = await refreshBy(serving, ada.refresh);
    serving.clock.advance(-3_600_000);
    const third = await refreshBy(serving, token(second));
    expect(third.status).toBe(200);
    expect((await cookie.ask('GET', '/api/v1/session')).status).toBe(200);
    serving.clock.advance(3_600_000);
    expect((await cookie.ask('GET', '/api/v1/session')).status).toBe(200);
    expect((await refreshBy(serving, token(third))).status).toBe(200);
  });

  test('set back, it makes no token that lives on after the clock is right again', async () => {
    serving.clock.advance(-3_600_000);
    const early = await refreshBy(serving, ada.refresh);
    serving.clock.advance(3_600_000);
    expect(await statusOf(serving, access(early))).toBe(401);
    expect((await refreshBy(serving, token(early))).status).toBe(200);
  });

  test('set forward by a day and back, it leaves no immortal token', async () => {
    serving.clock.advance(90_000_000);
    const jwt = await device(serving, ada, { carrier: 'jwt' });
    serving.clock.advance(-90_000_000);
    const refused = await visit(serving).ask('GET', '/api/v1/session', { bearer: jwt.access });
    expect(refused.status).toBe(401);
    expect(why(serving, refused).detail).toMatchObject({ check: 'issued-in-the-future' });
    expect((await refreshBy(serving, jwt.refresh)).status).toBe(200);
  });
});
