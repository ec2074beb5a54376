import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setStatusWithin } from '../../../packages/server/src/domain/accounts/account-status.ts';
import { type Person, person, why } from '../../journeys/cast.ts';
import { type Authenticator, addTotp, authenticator, prove, trySignIn } from '../../kit/factors.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import { everythingStored } from '../../kit/stored.ts';
import { type Answer, visit } from '../../kit/visitor.ts';

let dataFolder: string;
let open: Serving[];
let serving: Serving;
let ada: Person;
let totp: Authenticator;

async function server(options: ServingOptions = {}): Promise<Serving> {
  const settings = { networkAttempts: 100_000, ...options.settings };
  const made = await serveHandler({ lightHashing: true, dataFolder, ...options, settings });
  open.push(made);
  return made;
}

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'doorward-factors-'));
  open = [];
  serving = await server();
  ada = await person(serving, 'ada');
  totp = await addTotp(serving, ada);
});
afterEach(async () => {
  for (const one of open) await one.close();
  await rm(dataFolder, { recursive: true });
});

const signIn = (more: object, at = serving, peer = '198.51.100.7'): Promise<Answer> =>
  trySignIn(visit(at, { program: true, peer }), ada.email, { carrier: 'opaque', ...more });

const statuses = (answers: readonly Answer[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const wrongCode = (turn: number): string => totp.wrongCode(turn);

describe('MFA-01: a code works once', () => {
  test('not again, not an older one after it, and a younger one does', async () => {
    const codes = [-1, 0, 1].map((steps) => totp.code(steps));
    const [older, middle, younger] = codes;
    expect((await signIn({ totp: middle })).status).toBe(201);
    for (const code of [middle, older]) {
      const again = await signIn({ totp: code });
      expect(again.json['code']).toBe('second_factor_refused');
      expect(why(serving, again).detail['check']).toBe('totp-used');
    }
    expect((await signIn({ totp: younger })).status).toBe(201);
    expect((await signIn({ totp: younger })).status).toBe(403);
  });
  test('the code that enrolled it is used, too', async () => {
    const eve = await person(serving, 'eve');
    const begun = await eve.ask('POST', '/api/v1/account/factors/totp');
    const code = authenticator(serving, String(begun.json['secret'])).code();
    const body = { enrolment: begun.json['enrolment'], code };
    expect((await eve.ask('PUT', '/api/v1/account/factors/totp', { body })).status).toBe(200);
    expect((await trySignIn(visit(serving), eve.email, { totp: code })).status).toBe(403);
  });
  test('not after a restart either, nor by another door', async () => {
    const code = totp.code();
    expect((await signIn({ totp: code })).status).toBe(201);
    const other = await server({ clock: serving.clock });
    expect((await signIn({ totp: code }, other)).status).toBe(403);
    expect((await prove(ada, { totp: code })).json['code']).toBe('second_factor_refused');
  });
});

test('MFA-02: fifty sign-ins and step-ups with one code on four servers: one succeeds', async () => {
  for (let more = 0; more < 3; more += 1)
    await server({ clock: serving.clock, settings: { hashingQueue: 1000, factorAttempts: 100 } });
  const code = totp.code();
  const all = Array.from({ length: 48 }, (_, turn) =>
    turn % 4 === 0 ? prove(ada, { totp: code }) : signIn({ totp: code }, open[turn % 4]),
  );
  const answers = await Promise.all(all);
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
});

describe('MFA-03: guesses are counted for an account, over everything', () => {
  test('codes and recovery codes, from two hundred networks, by sign-in and step-up: ten', async () => {
    const answers: Answer[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      const peer = `198.51.${turn}.7`;
      if (turn % 3 === 0) answers.push(await signIn({ totp: wrongCode(turn) }, serving, peer));
      else if (turn % 3 === 1)
        answers.push(await signIn({ recovery_code: `aaaa-bbbb-cccc-${turn + 1000}` }, serving, peer));
      else answers.push(await prove(ada, { totp: wrongCode(turn) }));
    }
    expect(statuses(answers)).toEqual({ 403: 10, 429: 30 });
    // What would be right is not looked at.
    expect((await signIn({ totp: totp.code() })).status).toBe(429);
    expect((await signIn({ recovery_code: totp.recoveryCodes[0] })).status).toBe(429);
    serving.clock.advance(15 * 60_000);
    expect((await signIn({ totp: totp.code() })).status).toBe(201);
  });
  test('fifty a day, however the windows fall', async () => {
    const looked: number[] = [];
    for (let window = 0; window < 8; window += 1) {
      for (let turn = 0; turn < 11; turn += 1)
        looked.push((await signIn({ totp: wrongCode(window * 20 + turn) })).status);
      serving.clock.advance(16 * 60_000);
    }
    expect(looked.filter((status) => status === 403)).toHaveLength(50);
  });
  test('the password is not used up by whoever goes on with a second factor', async () => {
    for (let turn = 0; turn < 30; turn += 1) expect((await signIn({})).status).toBe(401);
    expect((await signIn({ totp: totp.code() })).status).toBe(201);
  });
  test('a right code gives its guesses back, a wrong password takes none of them', async () => {
    for (let turn = 0; turn < 9; turn += 1) await signIn({ totp: wrongCode(turn) });
    for (let turn = 0; turn < 5; turn += 1) await signIn({ password: 'wrong', totp: wrongCode(turn) });
    expect((await signIn({ totp: totp.code() })).status).toBe(201);
    expect((await signIn({ totp: wrongCode(1) })).status).toBe(403);
    expect((await signIn({ totp: wrongCode(2) })).status).toBe(429);
  });
});

test('MFA-04: what was guessed is on disk before it is looked at, and stays when the sign-in is undone', async () => {
  const spent = async (): Promise<unknown> => {
    const other = await server({ clock: serving.clock });
    const wait = await other.assembly.ports.store.transact((tx) =>
      tx.budgets.spend({
        key: `factor:${ada.account}`,
        limit: 1000,
        now: serving.clock.now(),
        resetsAt: serving.clock.now() + 900_000,
      }),
    );
    await other.assembly.ports.store.transact((tx) => tx.budgets.restore(`factor:${ada.account}`));
    return wait?.used;
  };
  for (let turn = 1; turn <= 10; turn += 1) {
    expect((await signIn({ totp: wrongCode(turn) })).status).toBe(403);
    expect(await spent()).toBe(turn + 1);
  }
  expect((await signIn({ totp: totp.code() })).status).toBe(429);
});

test('MFA-05: of two hundred different codes at once ten are looked at', async () => {
  const settings = { hashingQueue: 1000, accountAttempts: 100, familiarAttempts: 100 };
  for (let more = 0; more < 2; more += 1) await server({ clock: serving.clock, settings });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, turn) =>
      prove(
        ada,
        turn % 2 === 0 ? { totp: wrongCode(turn) } : { recovery_code: `zzzz-yyyy-xxxx-${1000 + turn}` },
      ),
    ),
  );
  expect(statuses(answers)).toEqual({ 403: 10, 429: 190 });
});

describe('MFA-09: a recovery code', () => {
  test('of fifty that show one at once, one gets in', async () => {
    for (let more = 0; more < 3; more += 1)
      await server({ clock: serving.clock, settings: { hashingQueue: 1000, factorAttempts: 100 } });
    const [code] = totp.recoveryCodes;
    const all = Array.from({ length: 50 }, (_, turn) => signIn({ recovery_code: code }, open[turn % 4]));
    expect((await Promise.all(all)).filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await signIn({ recovery_code: totp.recoveryCodes[1] }, open[1])).status).toBe(201);
  });
  test('has 80 bits, and none is in the database', async () => {
    expect(new Set(totp.recoveryCodes).size).toBe(10);
    for (const code of totp.recoveryCodes)
      expect(code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    const stored = (await everythingStored(serving)).toString('latin1').toLowerCase();
    expect(stored).toContain(ada.account);
    for (const code of totp.recoveryCodes) {
      expect(stored).not.toContain(code);
      expect(stored).not.toContain(code.replaceAll('-', ''));
    }
  });
  test('of another account opens nothing', async () => {
    const eve = await person(serving, 'eve');
    const { recoveryCodes } = await addTotp(serving, eve);
    expect((await signIn({ recovery_code: recoveryCodes[0] })).status).toBe(403);
  });
});

test.each([-3, -2, -1, 0, 1, 2, 3])('MFA-11: a code of %i steps from now', async (steps) => {
  expect((await signIn({ totp: totp.code(steps) })).status).toBe(Math.abs(steps) <= 1 ? 201 : 403);
});

test('MFA-12: an account that is disabled between password and code is not let in', async () => {
  expect((await signIn({})).status).toBe(401);
  const { ports } = serving.assembly;
  const act = { accountId: ada.account, actor: 'operator', network: '' };
  await ports.store.transact((tx) => setStatusWithin(ports, tx, { ...act, status: 'disabled' }));
  const refused = await signIn({ totp: totp.code() });
  expect([refused.status, refused.json['code']]).toEqual([401, 'sign_in_refused']);
});
