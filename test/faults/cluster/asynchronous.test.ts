import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { addressOf } from '../../../ops/layout.ts';
import { settled } from '../../../ops/members.ts';
import { holdReplication, killNode, startNode } from '../../../ops/start-stop.ts';
import { type Guard, guard } from '../../../packages/guard/src/index.ts';
import type { StartedProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Caller, callerOf } from '../caller.ts';
import { rounds } from '../extent.ts';
import { type Scene, survive } from '../history/campaign.ts';
import { requestOf } from '../history/client.ts';
import type { Deed, Done } from '../history/deeds.ts';
import { trial } from '../trial.ts';
import { settings } from '../ways.ts';
import { type Begun, begin, refreshBy, signUpAs, statusOf, trySignIn } from '../work.ts';
import { type ClusterPlace, type Entrance, makeCluster } from './place.ts';
import { allReady, caughtUp, ready, replaced, startAlone } from './recovery.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const served = { program, environment: { FAULT_TROUBLE: 'store' } };
const email = 'ada@example.com';

/** Tries something on a pair whose standby is asynchronous. */
function tryOn(entrance: Entrance, attempt: (place: ClusterPlace, given: Given) => Promise<void>) {
  let made: ClusterPlace | undefined;
  return trial(
    async () => (made = await makeCluster(entrance, { synchronous: false })),
    (given) => attempt(made ?? expect.fail(), given),
  );
}

type Given = Pick<Parameters<typeof survive>[0], 'place' | 'chance'>;

/** The standby hears no more; `meanwhile` the primary acknowledges what it alone has, and dies. Another leads when this resolves. */
async function loseMoments(place: ClusterPlace, meanwhile: () => Promise<void>) {
  const { layout } = place;
  const lost = await settled(layout);
  await caughtUp(layout, lost);
  holdReplication(layout, lost);
  await meanwhile();
  killNode(layout, lost);
  await replaced(place, lost);
  return {
    lost,
    /** The machine comes back, and follows. */
    comeBack: async () => {
      startNode(layout, lost);
      await settled(layout, ({ name }) => name !== lost.name);
    },
  };
}

/** The same amid a campaign, which is told what was lost. */
async function loseAmid(place: ClusterPlace, scene: Scene): Promise<void> {
  const heard = scene.moment();
  const moments = { deaf: 0, gone: 0 };
  const { comeBack } = await loseMoments(place, async () => {
    moments.deaf = scene.moment();
    await scene.answers(100);
    moments.gone = scene.moment();
  });
  scene.lose({ heard, ...moments });
  await allReady(scene);
  await comeBack();
}

/** Every token and key that anybody was ever told, as it would be tried once more. */
function everythingOf(history: readonly Done[]): Deed[] {
  const words = history.flatMap(({ deed, told }) => [deed, told ?? {}]);
  const all = (pick: (word: { access?: string; refresh?: string; key?: string }) => string | undefined) =>
    new Set(words.map((word) => pick(word)).filter((word) => word !== undefined));
  return [
    ...[...all(({ access }) => access)].map((access): Deed => ({ does: 'check', session: '', access })),
    ...[...all(({ refresh }) => refresh)].map((refresh): Deed => ({ does: 'refresh', session: '', refresh })),
    ...[...all(({ key }) => key)].map((key): Deed => ({ does: 'use-key', key })),
  ];
}

/** What the operator does then: all servers stand still, one command, and they start again. */
async function restored(place: ClusterPlace, ...options: readonly string[]): Promise<StartedProcess> {
  const { code, stderr } = await place.run('restored', ...options);
  expect([code, stderr]).toEqual([0, '']);
  return place.start(served);
}

async function end(server: StartedProcess): Promise<void> {
  server.kill();
  expect([await server.exited, server.stderr()]).toEqual([0, '']);
}

/** A guard that goes by the feed alone, of whichever server `port` names. */
function guardAt(port: () => number): Guard {
  const { issuer } = settings;
  const one = guard({
    issuer,
    onFeedLoss: 'continue',
    log: () => undefined,
    fetch: (url, init) => fetch(url.replace(issuer, `http://127.0.0.1:${port()}`), init),
  });
  onTestFinished(() => one.close());
  return one;
}

const say = async (one: Guard, { access }: Begun): Promise<string> => {
  const headers = { authorization: `Bearer ${access}` };
  const { principal, failure } = await one.verify(new Request('https://api.example.com/', { headers }));
  return principal ? 'let in' : failure.code;
};

/** The guard refuses these within its bound, on a machine that is busy. */
const refuses = (one: Guard, ended: readonly Begun[]): Promise<void> =>
  vi.waitFor(
    async () => {
      for (const session of ended) expect(await say(one, session)).toBe('credentials_invalid');
    },
    { timeout: 5000, interval: 20 },
  );

const signOut = async (caller: Caller, { access }: Begun): Promise<void> =>
  expect((await caller.ask('DELETE', '/api/v1/session', { bearer: access })).status).toBe(204);

const signUpAgain = async (caller: Caller, address: string): Promise<number> =>
  (await caller.ask('POST', '/api/v1/accounts', { body: { email: address, password: goodPassword } })).status;

async function makeKey(
  caller: Caller,
  { access }: Begun,
  name: string,
): Promise<{ id: string; key: string }> {
  const body = { name, scopes: ['account:read'] };
  const { json } = await caller.ask('POST', '/api/v1/account/api-keys', { bearer: access, body });
  return { id: String(json['id']), key: String(json['api_key']) };
}

const useKey = async (caller: Caller, { key }: { key: string }): Promise<number> =>
  (await caller.ask('GET', '/api/v1/account', { bearer: key })).status;

describe.each(['primary', 'pgbouncer'] as const)('a pair whose standby is behind, by %s', (entrance) => {
  test('FLT-14, FLT-28: the primary dies with what it alone had: that is gone and nothing else; after "doorward restored" nothing of before opens a door', () =>
    tryOn(entrance, async (place, given) => {
      const history = await survive({
        ...given,
        shape: { name: `three processes by ${entrance}, an asynchronous standby`, processes: 3, workers: 1 },
        blows: Math.ceil(rounds(200) / 50),
        options: served,
        blow: (scene) => loseAmid(place, scene),
      });
      const lost = history.filter(({ standing }) => standing === 'lost');
      expect(lost.filter(({ deed }) => deed.does === 'end' || deed.does === 'refresh')).not.toEqual([]);
      const server = await restored(place);
      const caller = callerOf(server.port);
      for (const deed of everythingOf(history)) {
        const { status } = await caller.ask(...requestOf(deed, { clientId: '' }));
        expect([deed, status]).toEqual([deed, 401]);
      }
      caller.close();
      await end(server);
    }));

  test('FLT-14: what only the lost primary knew can be done once more and no more, and guards hear of each sign-out that comes after', () =>
    tryOn(entrance, async (place) => {
      let server = await place.start(served);
      let caller = callerOf(server.port);
      await signUpAs(caller, email, goodPassword);
      const beginOne = (): Promise<Begun> =>
        begin(caller, { identifier: email, password: goodPassword, carrier: 'jwt' });
      const [stays, ...others] = [await beginOne(), await beginOne(), await beginOne(), await beginOne()];
      const [early, late] = [others.slice(0, 2), others.slice(2)];
      const one = guardAt(() => server.port);
      const { comeBack } = await loseMoments(place, async () => {
        await signUpAs(caller, 'eve@example.com', goodPassword);
        for (const session of early) await signOut(caller, session);
        await refuses(one, early);
      });
      await ready(server);

      expect(await trySignIn(caller, 'eve@example.com', goodPassword)).toBe(401);
      expect(await signUpAgain(caller, 'eve@example.com')).toBe(201);
      expect(await signUpAgain(caller, 'eve@example.com')).toBe(409);
      // That somebody signed out is lost with the rest, as the guide says.
      for (const { access } of early) expect(await statusOf(caller, access)).toBe(200);
      await vi.waitFor(() => expect(one.state().feed.status).toBe('following'), { timeout: 20_000 });
      for (const session of late) await signOut(caller, session);
      await refuses(one, late);
      expect(await say(one, stays)).toBe('let in');

      caller.close();
      await end(server);
      server = await restored(place);
      caller = callerOf(server.port);
      for (const { access, refresh } of [stays, ...others])
        expect([await statusOf(caller, access), (await refreshBy(caller, refresh)).status]).toEqual([
          401, 401,
        ]);
      await vi.waitFor(() => expect(one.state().feed.status).toBe('following'), { timeout: 20_000 });
      await refuses(one, [stays, ...others]);
      expect(await say(one, await beginOne())).toBe('let in');
      await comeBack();
      caller.close();
      await end(server);
    }));

  test('FLT-14: where nobody served meanwhile, what the lost primary can still tell of is taken away again, and no more', () =>
    tryOn(entrance, async (place) => {
      const before = await place.start(served);
      const caller = callerOf(before.port);
      await signUpAs(caller, email, goodPassword);
      const claim = { identifier: email, password: goodPassword };
      const session = await begin(caller, claim);
      const [ended, kept] = [await makeKey(caller, session, 'ended'), await makeKey(caller, session, 'kept')];
      const changed = `${goodPassword}, and another`;
      const { lost, comeBack } = await loseMoments(place, async () => {
        const path = `/api/v1/account/api-keys/${ended.id}`;
        expect((await caller.ask('DELETE', path, { bearer: session.access })).status).toBe(204);
        const body = { current_password: goodPassword, new_password: changed };
        const { status } = await caller.ask('PUT', '/api/v1/account/password', {
          bearer: session.access,
          body,
        });
        expect(status).toBe(200);
        caller.close();
        await end(before);
      });

      const stop = await startAlone(place.layout, lost);
      const after = await restored(place, '--replaced', addressOf(place.layout, { port: lost.postgres }));
      await stop();
      const again = callerOf(after.port);
      expect([await useKey(again, ended), await useKey(again, kept)]).toEqual([401, 200]);
      expect(await statusOf(again, session.access)).toBe(401);
      expect(await trySignIn(again, email, goodPassword)).toBe(401);
      expect(await trySignIn(again, email, changed)).toBe(201);
      await comeBack();
      again.close();
      await end(after);
    }));
});
