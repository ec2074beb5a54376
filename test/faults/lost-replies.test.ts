import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reads } from '../../packages/server/src/domain/store.ts';
import { raiseBarrier, type Shot } from '../kit/barrier.ts';
import type { StartedProcess } from '../kit/process.ts';
import { goodPassword } from '../kit/visitor.ts';
import { type Caller, callerOf } from './caller.ts';
import { expectQuiet, expectSound } from './crash.ts';
import { type Place, ways } from './ways.ts';
import { type Begun, begin, familyOf, refreshBy, signUpAs, statusOf, trySignIn } from './work.ts';

const quickly = fileURLToPath(new URL('server.ts', import.meta.url));
const crowd = 24;
const newPassword = `${goodPassword} no more`;

describe.each(ways)(
  'killed after the commit and before anybody has read the answer, on $name',
  ({ make }) => {
    let place: Place;
    let server: StartedProcess;
    let caller: Caller;
    let people: readonly Begun[];

    async function start(settings: Readonly<Record<string, number>> = {}): Promise<void> {
      server = await place.start({ program: quickly, settings });
      caller = callerOf(server.port);
    }
    beforeEach(async () => {
      place = await make();
      await start();
      people = await Promise.all(
        Array.from({ length: crowd }, async (_, at) => {
          await signUpAs(caller, addressOf(at), goodPassword);
          return begin(caller, { identifier: addressOf(at), password: goodPassword });
        }),
      );
    });
    afterEach(async () => {
      caller.close();
      server.kill();
      await expectQuiet(server);
      await expectSound(place);
      await place.remove();
    });

    const addressOf = (at: number): string => `person-${at}@example.com`;

    /** Everybody asks at once; as soon as all of it is committed the server dies. Nobody listens to the answers. */
    async function loseReplies(
      shotOf: (person: Begun, at: number) => Omit<Shot, 'port'>,
      isDone: (read: Reads, at: number) => Promise<boolean>,
    ): Promise<void> {
      const shots = people.map((person, at) => ({ ...shotOf(person, at), port: server.port }));
      void (await raiseBarrier(shots)).release();
      await place.inspect(async ({ read }) => {
        for (let done = 0; done < crowd; ) if (await isDone(read, done)) done += 1;
      });
      server.kill('SIGKILL');
      await server.exited;
      caller.close();
    }

    const loseRefreshes = (): Promise<void> =>
      loseReplies(
        ({ refresh }) => ({
          method: 'POST',
          path: '/api/v1/tokens/refresh',
          body: { refresh_token: refresh },
        }),
        async (read, at) => (await read.families.find(familyOf(people[at]?.refresh ?? '')))?.generation === 1,
      );

    test('TOK-07: a retry within the window is told the successor, once made, and the chain goes on', async () => {
      await loseRefreshes();
      await start();
      for (const { refresh } of people) {
        const retries = [await refreshBy(caller, refresh), await refreshBy(caller, refresh)];
        const [{ next, access } = { next: '', access: '' }] = retries;
        expect(retries).toEqual([0, 1].map(() => ({ status: 200, next, access })));
        const found = await place.inspect(({ read }) => read.families.find(familyOf(refresh)));
        expect(found?.generation).toBe(1);
        expect(await statusOf(caller, access)).toBe(200);
        expect((await refreshBy(caller, next)).status).toBe(200);
      }
    });

    test('TOK-06, TOK-07: a retry after the window ends the family, and an event says so', async () => {
      await loseRefreshes();
      await start({ refreshWindow: 0 });
      for (const { refresh, access, session } of people) {
        expect((await refreshBy(caller, refresh)).status).toBe(401);
        expect(await statusOf(caller, access)).toBe(401);
        const events = await place.inspect(({ read }) =>
          read.events.listBack({ before: Number.MAX_SAFE_INTEGER, limit: 2 }),
        );
        expect(events.map(({ type, sessionId }) => [type, sessionId])).toEqual([
          ['session.ended', session],
          ['refresh.reused', session],
        ]);
      }
    });

    test('I2: a changed password is the only one, and the sessions from before are over', async () => {
      await loseReplies(
        ({ access }) => ({
          method: 'PUT',
          path: '/api/v1/account/password',
          headers: { authorization: `Bearer ${access}` },
          body: { current_password: goodPassword, new_password: newPassword },
        }),
        async (read, at) => (await read.sessions.find(people[at]?.session ?? ''))?.ended !== undefined,
      );
      await start();
      for (const [at, { access, refresh }] of people.entries()) {
        expect(await trySignIn(caller, addressOf(at), newPassword)).toBe(201);
        expect(await trySignIn(caller, addressOf(at), goodPassword)).toBe(401);
        expect([await statusOf(caller, access), (await refreshBy(caller, refresh)).status]).toEqual([
          401, 401,
        ]);
      }
    });

    test('I1: an account that was made is there once; the same sign-up again is told that it exists', async () => {
      const bodyOf = (at: number): Record<string, string> => ({
        email: `new-${addressOf(at)}`,
        password: goodPassword,
      });
      await loseReplies(
        (_, at) => ({ method: 'POST', path: '/api/v1/accounts', body: bodyOf(at) }),
        async (read, at) => (await read.accounts.findByIdentifier(`new-${addressOf(at)}`)) !== undefined,
      );
      await start();
      for (const at of people.keys()) {
        const again = await caller.ask('POST', '/api/v1/accounts', { body: bodyOf(at) });
        expect(again.status).toBe(409);
        expect(await trySignIn(caller, `new-${addressOf(at)}`, goodPassword)).toBe(201);
      }
    });
  },
);
