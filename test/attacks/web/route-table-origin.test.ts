/**
 * Forged requests, for every row that changes something: what another site makes a browser send is refused.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { device } from '../../journeys/cast.ts';
import { type Visitor, visit } from '../../kit/visitor.ts';
import { bodyOf, changes, makeWorld, nameOf, pathOf, said, type World } from './rows.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.serving.close());

const changing = routes.filter(changes);
const withCredential = changing
  .filter(({ access }) => access.who !== 'anyone')
  .map((route) => [nameOf(route), route] as const);
const forAnyone = changing
  .filter(({ access, forgery }) => access.who === 'anyone' && forgery === 'always')
  .map((route) => [nameOf(route), route] as const);

/** What a browser says of a request that did not come from our own pages. */
const foreign: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost:3001' },
  { origin: 'https://localhost:3000' },
  { origin: 'http://localhost:3000.evil.example' },
  { origin: 'http://localhost:3000, https://evil.example' },
  { origin: 'http://LOCALHOST:3000' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': '' },
  { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' },
];

describe.each(['cookie', 'jwt-cookie'])('with the carrier %s', (carrier) => {
  let browser: Visitor;
  let cookie: string;
  beforeAll(async () => {
    browser = await device(world.serving, world.admin, { carrier });
    cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  });

  test.each(withCredential)('%s is refused from another site, and changes nothing', async (_name, route) => {
    const program = visit(world.serving, { program: true });
    const before = await world.serving.assembly.ports.store.rowCounts();
    const address = pathOf(route, world.named, world.owner.account);
    // Without either header nobody can tell where it came from.
    for (const site of [...foreign, {}]) {
      const { headers, ...body } = said(route, bodyOf(route));
      const answer = await program.ask(route.method, address, {
        ...body,
        headers: { ...headers, ...site, cookie },
      });
      expect([site, answer.status, answer.json['code']]).toEqual([site, 403, 'origin_refused']);
    }
    expect(await world.serving.assembly.ports.store.rowCounts()).toEqual(before);
  });

  test('our own pages are heard, by either header', async () => {
    for (const site of [{ origin: world.serving.origin }, { 'sec-fetch-site': 'same-origin' }]) {
      const headers = { cookie, ...site };
      const answer = await visit(world.serving, { program: true }).ask('PATCH', '/api/v1/account', {
        headers,
        body: { name: 'Root' },
      });
      expect(answer.status).toBe(200);
    }
  });
});

test.each(forAnyone)('%s is refused when a browser says that another site asks', async (_name, route) => {
  const program = visit(world.serving, { program: true });
  for (const site of foreign) {
    const { headers, ...body } = said(route, bodyOf(route));
    const answer = await program.ask(route.method, pathOf(route, {}, 'nobody'), {
      ...body,
      headers: { ...headers, ...site },
    });
    expect([site, answer.status, answer.json['code']]).toEqual([site, 403, 'origin_refused']);
  }
});

test.each(
  changing.filter(({ forgery }) => forgery === 'explicit').map((route) => [nameOf(route), route] as const),
)('%s is answered alike with all cookies and from anywhere', async (_name, route) => {
  const browser = await device(world.serving, world.admin, { carrier: 'cookie' });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { headers, ...body } = said(route, bodyOf(route));
  const ask = (more: Readonly<Record<string, string>>) =>
    visit(world.serving, { program: true }).ask(route.method, route.path, {
      ...body,
      headers: { ...headers, ...more },
    });
  const plain = await ask({});
  for (const site of foreign) {
    const answer = await ask({ ...site, cookie });
    expect([answer.status, answer.json['error'], answer.headers.getSetCookie()]).toEqual([
      plain.status,
      plain.json['error'],
      [],
    ]);
  }
});

test('a cookie that a form of another site sends with Basic or by itself opens nothing', async () => {
  const basic = Buffer.from('ada@example.com:seven quiet herons wade').toString('base64');
  const answer = await visit(world.serving, { program: true }).ask('PATCH', '/api/v1/account', {
    headers: { authorization: `Basic ${basic}`, origin: 'https://evil.example' },
    body: { name: 'x' },
  });
  expect(answer.json['code']).toBe('carrier_refused');
});

test('a program with a token in its header needs no origin', async () => {
  const answer = await visit(world.serving, { program: true }).ask('PATCH', '/api/v1/account', {
    bearer: world.owner.access,
    body: { name: 'Ada' },
  });
  expect(answer.status).toBe(200);
});
