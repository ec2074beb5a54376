/** What was acknowledged is on the disk, and what was not is whole or not there. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import type { Caller } from './caller.ts';
import {
  bob,
  inFolder,
  open,
  password,
  rowsOf,
  type Started,
  signIn,
  signUpFirst,
  start,
} from './systems.ts';

const me = '/api/v1/users/me';
const users = '/api/v1/users';

/** Milliseconds: several programs are started one after the other. */
vi.setConfig({ testTimeout: 60_000 });

/** Lets several callers go on with `step`, and kills the program when some have been answered and others wait. */
async function killDuring(system: Started, step: (caller: Caller) => Promise<void>): Promise<void> {
  let answered = 0;
  const goOn = async (): Promise<void> => {
    for (;;) {
      await step(system.caller());
      answered += 1;
      if (answered === 10) await system.stop('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: 6 }, goOn));
}

test('kill -9 in the middle of logins loses none that was answered', () =>
  inFolder(async (folder) => {
    const cookies: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const system = await start(folder);
      if (round === 0) await signUpFirst(system.caller());
      await killDuring(system, async (caller) => {
        await signIn(caller);
        cookies.push(caller.cookie);
      });
    }
    const system = await start(folder);
    const caller = system.caller();
    expect(cookies.length).toBeGreaterThanOrEqual(20);
    for (const cookie of cookies) {
      caller.cookie = cookie;
      expect((await caller.ask('GET', me)).status).toBe(200);
    }
    await system.stop();
  }));

test('kill -9 in the middle of sign-ups leaves whole users, and no e-mail address that is stuck', () =>
  inFolder(async (folder) => {
    const tried: string[] = [];
    const answered: string[] = [];
    const first = await start(folder);
    const admin = first.caller();
    await signUpFirst(admin);
    await killDuring(first, async (caller) => {
      const email = `user${tried.length}@example.com`;
      tried.push(email);
      const headers = { cookie: admin.cookie };
      const { status } = await caller.ask('POST', users, { json: { email, password }, headers });
      if (status === 201) answered.push(email);
    });

    const second = await start(folder);
    const caller = second.caller();
    await signIn(caller);
    const there = (await caller.ask('GET', users)).json as { email: string }[];
    expect(there.map(({ email }) => email)).toEqual(expect.arrayContaining(answered));
    for (const { email } of there) await signIn(second.caller(), { email, password });
    for (const email of tried.filter((one) => !there.some((user) => user.email === one)))
      expect((await caller.ask('POST', users, { json: { email, password } })).status).toBe(201);
    await second.stop();
  }));

test('a sign-up or deletion that was cut between its two files is finished at the next start', () =>
  inFolder(async (folder) => {
    const before = await open(folder, {});
    const bobId = await signUpFirst(before.caller());
    await before.close();
    const database = new DatabaseSync(join(folder, 'users.db'));
    database.exec(
      "DELETE FROM users; INSERT INTO users VALUES ('gone', 'gone@example.com', NULL, NULL, 0, 1, 1)",
    );
    database.close();

    const after = await open(folder, {});
    expect(rowsOf(folder, 'users')).toMatchObject([{ id: bobId, email: bob.email }]);
    await signIn(after.caller());
    await after.close();
  }));

test('a change and a deletion at once: the user has the names, or is gone', () =>
  inFolder(async (folder) => {
    const system = await start(folder);
    for (let round = 0; round < 5; round += 1) {
      const caller = system.caller();
      await signUpFirst(caller);
      const { cookie } = caller;
      const json = { first_name: 'A', last_name: 'B' };
      const calls = ['PUT', 'DELETE', 'PUT', 'DELETE'].map((method) =>
        system.caller().ask(method, me, { ...(method === 'PUT' ? { json } : {}), headers: { cookie } }),
      );
      const answers = await Promise.all(calls);
      for (const { status } of answers) expect([200, 401, 403, 404]).toContain(status);
      expect(rowsOf(folder, 'users')).toEqual([]);
    }
    await system.stop();
  }));
