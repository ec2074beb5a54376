/**
 * Attacks on devices that wait: whose they are, who decides, and how their codes are guessed (RFC 8628 §5).
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { why } from '../../journeys/cast.ts';
import { program } from '../../journeys/oauth/cast.ts';
import {
  askToWait,
  atBrowser,
  decideAbout,
  typeCode,
  waitingDevice,
} from '../../journeys/oauth/device-cast.ts';
import { changeClient, form, type TestClient } from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let tv: TestClient;
let ada: Visitor & { readonly account: string };
let eve: Visitor & { readonly account: string };

beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { freeScopes: ['reports:read'] } });
  tv = await program(serving, { name: 'Example TV', authentication: 'none' });
  [ada, eve] = [await atBrowser(serving, 'ada'), await atBrowser(serving, 'eve')];
});
afterEach(() => serving.close());

/** The refusal as a program sees it, to be asked about. */
const askRaw = (browser: Visitor, path: string, fields: Record<string, string>): Promise<Answer> =>
  browser.ask('POST', path, {
    ...form(fields),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

const checkOf = (answer: Answer): unknown => why(serving, answer).detail['check'];

/** An answer without what differs each time. */
const shown = ({ status, json: { decision: _decision, ...rest } }: Answer): unknown => [status, rest];

/** A code that nobody has. */
const unknown = 'BBBB-BBBB';

describe('OAU-22: a device belongs to who opened it first', () => {
  test('OAU-22: nobody else opens, allows or refuses it', async () => {
    const device = await waitingDevice(serving, tv);
    await typeCode(ada, device.userCode);
    expect((await typeCode(eve, device.userCode)).status).toBe(403);
    for (const decision of ['allow', 'refuse'] as const)
      expect((await decideAbout(eve, device.userCode, decision)).status).toBe(403);
    expect((await device.poll()).json['error']).toBe('authorization_pending');
    expect((await decideAbout(ada, device.userCode, 'allow')).status).toBe(200);
    expect((await device.poll()).status).toBe(200);
  });

  test('OAU-22: nobody decides about what they have not been shown', async () => {
    const device = await waitingDevice(serving, tv);
    for (const decision of ['allow', 'refuse'] as const) {
      const answer = await askRaw(ada, '/device/decision', { user_code: device.userCode, decision });
      expect([answer.status, checkOf(answer)]).toEqual([403, 'device-not-opened']);
    }
    // An address with the code in it is not the page that shows it.
    await ada.ask('GET', `/device?user_code=${device.userCode}`);
    expect((await decideAbout(ada, device.userCode, 'allow')).status).toBe(403);
    expect((await device.poll()).json['error']).toBe('authorization_pending');
  });

  test('OAU-22: of two who open it at once it is one’s', async () => {
    const { userCode } = await waitingDevice(serving, tv);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => typeCode(turn % 2 === 0 ? ada : eve, userCode)),
    );
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([...Array<number>(10).fill(200), ...Array<number>(10).fill(403)]);
  });

  test('OAU-22: of twenty decisions one holds', async () => {
    const device = await waitingDevice(serving, tv);
    await typeCode(ada, device.userCode);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        decideAbout(ada, device.userCode, turn % 2 === 0 ? 'allow' : 'refuse'),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('OAU-22: its code is redeemed once of twenty, and never by another client', async () => {
    const device = await waitingDevice(serving, tv);
    const other = await program(serving, { authentication: 'none' });
    await typeCode(ada, device.userCode);
    expect((await device.poll(other)).json['error']).toBe('invalid_grant');
    await decideAbout(ada, device.userCode, 'allow');
    expect((await device.poll(other)).json['error']).toBe('invalid_grant');
    const answers = await Promise.all(Array.from({ length: 20 }, () => device.poll()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ json }) => json['error'] === 'invalid_grant')).toHaveLength(19);
  });

  test('OAU-22: slow_down is enforced, however many ask at once', async () => {
    const device = await waitingDevice(serving, tv);
    const answers = await Promise.all(Array.from({ length: 20 }, () => device.poll()));
    const errors = answers.map(({ json }) => json['error']);
    expect(errors.filter((error) => error === 'authorization_pending')).toHaveLength(1);
    expect(errors.filter((error) => error === 'slow_down')).toHaveLength(19);
  });

  test('OAU-22: who signed out since gives it nothing', async () => {
    const device = await waitingDevice(serving, tv);
    await typeCode(ada, device.userCode);
    await decideAbout(ada, device.userCode, 'allow');
    expect((await ada.ask('DELETE', '/api/v1/session')).status).toBe(204);
    expect((await device.poll()).json['error']).toBe('invalid_grant');
  });

  test('OAU-22: no other site makes a browser open or decide', async () => {
    const device = await waitingDevice(serving, tv);
    await typeCode(ada, device.userCode);
    for (const origin of ['https://evil.example', 'null'])
      for (const [path, more] of [
        ['/device', {}],
        ['/device/decision', { decision: 'allow' }],
      ] as const) {
        const said = form({ user_code: device.userCode, ...more });
        const answer = await ada.ask('POST', path, { ...said, headers: { ...said.headers, origin } });
        expect([path, origin, answer.status]).toEqual([path, origin, 403]);
      }
    expect((await device.poll()).json['error']).toBe('authorization_pending');
  });
});

describe('OAU-23: a user code cannot be guessed', () => {
  test('OAU-23: an account guesses as often as its budget lets it, from wherever', async () => {
    const { attempts } = serving.assembly.ports.settings.budgets.account;
    const device = await waitingDevice(serving, tv);
    const statuses: number[] = [];
    for (let turn = 0; turn <= attempts; turn++) {
      const from = visit(serving, { peer: `198.51.100.${turn}` });
      for (const [name, value] of eve.cookies) from.cookies.set(name, value);
      statuses.push((await typeCode(from, unknown)).status);
    }
    expect(statuses).toEqual([...Array<number>(attempts).fill(403), 429]);
    // The right code does not help any more, and others are not locked out.
    expect((await typeCode(eve, device.userCode)).status).toBe(429);
    expect((await typeCode(ada, device.userCode)).status).toBe(200);
  });

  test('OAU-23: right codes and texts that are no codes cost nothing', async () => {
    const { attempts } = serving.assembly.ports.settings.budgets.account;
    const { userCode } = await waitingDevice(serving, tv);
    for (let turn = 0; turn < attempts; turn++) {
      expect((await typeCode(ada, userCode)).status).toBe(200);
      expect((await typeCode(ada, 'AAAA-1111')).status).toBe(400);
    }
    expect((await typeCode(ada, unknown)).status).toBe(403);
  });

  test('OAU-23: many accounts together have a budget too', async () => {
    const { store, clock } = serving.assembly.ports;
    const now = clock.now();
    const all = { key: 'user-code', limit: 10_000, now, resetsAt: now + 600_000 };
    for (let turn = 0; turn < 10; turn++)
      await store.transact(async (tx) => {
        for (let unit = 0; unit < 1000; unit++) await tx.budgets.spend(all);
      });
    expect((await typeCode(ada, unknown)).status).toBe(429);
    serving.clock.advance(600_000);
    expect((await typeCode(ada, unknown)).status).toBe(403);
  });

  test('OAU-23: a code of somebody else is answered like one that nobody has, and costs the same', async () => {
    const { userCode } = await waitingDevice(serving, tv);
    const used = await waitingDevice(serving, tv);
    for (const code of [userCode, used.userCode]) await typeCode(ada, code);
    await decideAbout(ada, used.userCode, 'allow');
    const told: unknown[] = [];
    const checks: unknown[] = [];
    for (const code of [unknown, userCode, used.userCode]) {
      const answer = await askRaw(eve, '/device', { user_code: code });
      told.push(shown(answer));
      checks.push(checkOf(answer));
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    expect(checks).toEqual(['user-code-unknown', 'device-opened', 'device-decided']);
  });

  test('OAU-23: the page of decisions tells nothing of codes', async () => {
    const { userCode } = await waitingDevice(serving, tv);
    const [real, none] = [
      await askRaw(eve, '/device/decision', { user_code: userCode, decision: 'allow' }),
      await askRaw(eve, '/device/decision', { user_code: unknown, decision: 'allow' }),
    ];
    expect(shown(real)).toEqual(shown(none));
  });
});

test('RLM-15: a network that proves nothing lets no more devices wait than its budget', async () => {
  const few = await serveHandler({ lightHashing: true, settings: { networkAttempts: 3 } });
  const client = await program(few, { authentication: 'none' });
  const proven = await program(few);
  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn++) statuses.push((await askToWait(few, client)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  expect((await askToWait(few, proven)).status).toBe(200);
  await few.close();
});

test('OAU-12: what the client may not ask for any more is neither shown nor given', async () => {
  const device = await waitingDevice(serving, tv, { scope: 'openid email reports:read' });
  await changeClient(serving, tv, { scopes: ['openid', 'email'] });
  expect((await typeCode(ada, device.userCode)).text).not.toContain('reports:read');
  await decideAbout(ada, device.userCode, 'allow');
  expect((await device.poll()).json['scope']).toBe('openid email');
});

test('OAU-32: a client that is disabled, deleted or has lost the grant gets nothing for what waits', async () => {
  const changes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['client-disabled', () => changeClient(serving, tv, { status: 'disabled' })],
    ['device-grant', () => changeClient(serving, tv, { grantTypes: ['authorization_code'] })],
    ['client-unknown', () => serving.assembly.ports.store.transact((tx) => tx.clients.delete(tv.id))],
  ];
  for (const [check, change] of changes) {
    await changeClient(serving, tv, {});
    const [seen, fresh] = [await waitingDevice(serving, tv), await waitingDevice(serving, tv)];
    await typeCode(ada, seen.userCode);
    await change();
    const answer = await askRaw(ada, '/device', { user_code: fresh.userCode });
    expect([answer.status, checkOf(answer)]).toEqual([403, check]);
    expect((await decideAbout(ada, seen.userCode, 'allow')).status).toBe(403);
  }
});

test('WEB-05: names and codes are text on every page', async () => {
  const name = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
  const evil = await program(serving, { name, authentication: 'none' });
  const { userCode } = await waitingDevice(serving, evil);
  const typed = '"><script>alert(2)</script>';
  const pages = [
    await typeCode(ada, userCode),
    await decideAbout(ada, userCode, 'refuse'),
    await typeCode(ada, typed),
    await ada.ask('GET', `/device?user_code=${encodeURIComponent(typed)}`),
  ];
  for (const { text } of pages) {
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toMatch(/<script(?! src="\/assets\/)|<img src=x/);
  }
});
