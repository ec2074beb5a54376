import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { person } from '../../journeys/cast.ts';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, signUp, visit } from '../../kit/visitor.ts';

let serving: Serving;
/** How many guesses were really looked at. */
let looked: { readonly mock: { readonly calls: readonly unknown[] }; mockClear(): unknown };

async function serve(settings: ServingOptions['settings'] = {}): Promise<void> {
  serving = await serveHandler({ lightHashing: true, settings });
  looked = vi.spyOn(lightArgon2, 'verify');
}
afterEach(async () => {
  vi.restoreAllMocks();
  await serving.close();
});

const guess = (
  identifier: string,
  from: { peer?: string; headers?: Record<string, string>; password?: string } = {},
): Promise<Answer> => {
  const { peer = '198.51.100.7', headers = {}, password = 'a wrong password' } = from;
  const body = { identifier, password, carrier: 'opaque' };
  return visit(serving, { program: true, peer }).ask('POST', '/api/v1/sessions', { body, headers });
};

/** Runs jobs fifty at a time. */
async function inBatches<T>(count: number, job: (turn: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let start = 0; start < count; start += 50) {
    const turns = Array.from({ length: Math.min(50, count - start) }, (_, turn) => start + turn);
    results.push(...(await Promise.all(turns.map(job))));
  }
  return results;
}

describe('RLM-01: one account, guessed at from many networks', () => {
  test('2,000 guesses from 1,000 addresses: 20 are looked at, and the owner’s device still gets in', async () => {
    await serve({ trustedProxies: ['192.0.2.0/24'] });
    const ada = await person(serving, 'ada', { peer: '203.0.113.7' });
    looked.mockClear();
    const answers = await inBatches(2000, (turn) =>
      guess(ada.email, {
        peer: '192.0.2.1',
        headers: { 'x-forwarded-for': `10.${turn % 4}.${Math.floor(turn / 4) % 250}.1` },
      }),
    );
    expect(looked.mock.calls).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1980);
    expect((await guess(ada.email, { peer: '203.0.113.7', password: goodPassword })).status).toBe(201);
    expect((await guess(ada.email, { peer: '198.51.100.7', password: goodPassword })).status).toBe(429);
  });

  test('right guesses are given back: whoever knows the password is never throttled', async () => {
    await serve({ accountAttempts: 3, familiarAttempts: 3, networkAttempts: 3 });
    await signUp(visit(serving), 'ada@example.com');
    for (let turn = 0; turn < 10; turn += 1)
      expect((await guess('ada@example.com', { password: goodPassword })).status).toBe(201);
  });
});

test('RLM-02: many accounts, guessed at from one network: so many as a network may, then none', async () => {
  await serve({ networkAttempts: 40 });
  const answers = await inBatches(200, (turn) =>
    guess(`person${turn}@example.com`, { peer: `2001:db8:1:2::${turn.toString(16)}` }),
  );
  expect(looked.mock.calls).toHaveLength(40);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(40);
  expect((await guess('person1@example.com', { peer: '2001:db8:1:3::1' })).status).toBe(401);
});

describe('RLM-03: however an address is spelled', () => {
  test.each([
    [
      'one of IPv4',
      ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1', '::ffff:C000:0201'],
    ],
    [
      'a /64 of IPv6',
      [
        '2001:db8:1:2::1',
        '2001:DB8:1:2::1',
        '2001:0db8:0001:0002:0000:0000:0000:0001',
        '2001:db8:1:2:ffff:ffff:ffff:ffff',
        '2001:db8:1:2::%eth0',
      ],
    ],
    ['no address at all', ['', 'unix', '1.2.3', '192.0.2.1:80', 'localhost']],
  ])('%s has one budget', async (_what, peers) => {
    await serve({ networkAttempts: 5 });
    for (const [turn, peer] of peers.entries())
      expect((await guess(`person${turn}@example.com`, { peer })).status).toBe(401);
    for (const peer of peers) expect((await guess('another@example.com', { peer })).status).toBe(429);
    expect((await guess('another@example.com', { peer: '198.51.100.99' })).status).toBe(401);
  });
});

describe('RLM-04: what callers say of their address', () => {
  const lies = (turn: number): Record<string, string>[] => {
    const address = `10.0.0.${turn}`;
    return [
      { 'x-forwarded-for': address },
      { 'x-forwarded-for': `${address}, 10.0.1.${turn}` },
      { 'x-real-ip': address },
      { forwarded: `for=${address}` },
      { 'cf-connecting-ip': address },
      { 'true-client-ip': address },
      { 'x-client-ip': address },
      { 'x-cluster-client-ip': address },
      { x_forwarded_for: address },
    ];
  };

  test('nobody is believed unless the operator named them', async () => {
    await serve({ networkAttempts: 9 });
    for (const headers of lies(1)) expect((await guess('nobody@example.com', { headers })).status).toBe(401);
    for (const headers of lies(2)) expect((await guess('other@example.com', { headers })).status).toBe(429);
  });

  test('a caller beside the proxy is not believed either', async () => {
    await serve({ networkAttempts: 9, trustedProxies: ['192.0.2.0/24'] });
    for (const headers of lies(1)) await guess('nobody@example.com', { headers });
    expect((await guess('other@example.com', { headers: { 'x-forwarded-for': '10.9.9.9' } })).status).toBe(
      429,
    );
  });

  test('of what a proxy hands on, only the right-most address that is not a proxy counts', async () => {
    await serve({ networkAttempts: 4, trustedProxies: ['192.0.2.0/24', '2001:db8:ffff::/48'] });
    const through = (forwarded: string) =>
      guess('nobody@example.com', { peer: '192.0.2.1', headers: { 'x-forwarded-for': forwarded } });
    // What stands on the left was written by the caller.
    for (const chain of [
      '7.7.7.7, 10.0.0.1',
      '8.8.8.8,10.0.0.1',
      '::1, 10.0.0.1, 192.0.2.9',
      '10.0.0.1:4711',
    ])
      expect((await through(chain)).status).toBe(401);
    for (const chain of ['9.9.9.9, 10.0.0.1', '10.0.0.1, 192.0.2.77, 2001:db8:ffff::5'])
      expect((await through(chain)).status).toBe(429);
    expect((await through('10.0.0.1, 10.0.0.2')).status).toBe(401);
  });

  test('a chain that cannot be read counts as the proxy that handed it on', async () => {
    await serve({ networkAttempts: 3, trustedProxies: ['192.0.2.0/24'] });
    const chains = ['10.0.0.1, <script>', '10.0.0.1, unknown', '', '10.0.0.1,', '10.0.0.1, 300.1.1.1'];
    const statuses: number[] = [];
    for (const chain of chains) {
      const headers = { 'x-forwarded-for': chain };
      statuses.push((await guess('nobody@example.com', { peer: '192.0.2.1', headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });
});

test('RLM-07: however an account is called, it has one budget', async () => {
  await serve({ accountAttempts: 6 });
  const body = { email: 'k\u00E9vin@example.com', username: 'kevin', password: goodPassword };
  expect((await visit(serving).ask('POST', '/api/v1/accounts', { body })).status).toBe(201);
  const spellings = [
    'k\u00E9vin@example.com',
    'K\u00C9VIN@Example.COM',
    'ke\u0301vin@example.com',
    '\u212A\u00E9vin@example.com',
    'kevin',
    'KEVIN',
  ];
  for (const [turn, spelling] of spellings.entries())
    expect((await guess(spelling, { peer: `198.51.100.${turn}` })).status).toBe(401);
  for (const [turn, spelling] of spellings.entries())
    expect((await guess(spelling, { peer: `198.51.100.${turn + 50}`, password: goodPassword })).status).toBe(
      429,
    );
  // An escape in JSON is the letter itself.
  const raw = '{"identifier":"\\u006bevin","password":"x","carrier":"opaque"}';
  const headers = { 'content-type': 'application/json' };
  const escaped = await visit(serving, { peer: '198.51.100.99' }).ask('POST', '/api/v1/sessions', {
    raw,
    headers,
  });
  expect(escaped.status).toBe(429);
});

describe('RLM-13: a lock is no weapon', () => {
  beforeEach(() => serve({ accountAttempts: 5, networkAttempts: 12 }));

  test('whoever signed in from here before gets in, whatever strangers do', async () => {
    const ada = await person(serving, 'ada', { peer: '203.0.113.7' });
    for (let turn = 0; turn < 30; turn += 1) await guess(ada.email, { peer: `198.51.100.${turn}` });
    expect((await guess(ada.email, { peer: '203.0.113.7', password: goodPassword })).status).toBe(201);
    expect((await ada.ask('GET', '/api/v1/session')).status).toBe(200);
  });

  test('a network of IPv6 stays familiar although its hosts change their addresses', async () => {
    const ada = await person(serving, 'ada', { peer: '2001:db8:7:7:1111:2222:3333:4444' });
    for (let turn = 0; turn < 30; turn += 1) await guess(ada.email, { peer: `198.51.100.${turn}` });
    const peer = '2001:db8:7:7:aaaa:bbbb:cccc:dddd';
    expect((await guess(ada.email, { peer, password: goodPassword })).status).toBe(201);
    expect((await guess(ada.email, { peer: '2001:db8:7:8::1', password: goodPassword })).status).toBe(429);
  });

  test('a network that has spent its own budget cannot drain those of accounts', async () => {
    const names = Array.from({ length: 6 }, (_, turn) => `person${turn}`);
    for (const name of names)
      await signUp(visit(serving, { peer: `192.0.2.${names.indexOf(name)}` }), `${name}@example.com`);
    for (const name of names)
      for (let turn = 0; turn < 5; turn += 1) await guess(`${name}@example.com`, { peer: '198.51.100.7' });
    // Twelve guesses drained two accounts; the other four do not know of it.
    for (const name of names.slice(3)) {
      const status = (await guess(`${name}@example.com`, { peer: '198.51.100.200', password: goodPassword }))
        .status;
      expect([name, status]).toEqual([name, 201]);
    }
  });

  test('it ends by itself when the window does', async () => {
    await signUp(visit(serving), 'ada@example.com');
    for (let turn = 0; turn < 30; turn += 1) await guess('ada@example.com', { peer: `198.51.100.${turn}` });
    const owner = { peer: '203.0.113.99', password: goodPassword };
    expect((await guess('ada@example.com', owner)).status).toBe(429);
    serving.clock.advance(15 * 60_000);
    expect((await guess('ada@example.com', owner)).status).toBe(201);
  });
});
