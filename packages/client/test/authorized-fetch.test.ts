import { beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../src/client.ts';
import { createClient } from '../src/create-client.ts';
import { type ManualClock, manualClock } from '../src/testing/manual-clock.ts';
import { failureOf } from './scene.ts';
import { gate, issuer, noNetwork, problem, type ScriptedServer, scriptedServer } from './scripted-server.ts';

const api = 'https://api.example.com';
const refused = (): Response => problem(401, 'credentials_invalid');

let server: ScriptedServer;
let clock: ManualClock;
let client: Client;
beforeEach(async () => {
  server = scriptedServer();
  clock = manualClock();
  client = createClient({
    issuer,
    clock,
    backoffSeconds: [],
    origins: [`${api}/any/path`],
    fetch: server.fetch,
  });
  await client.signIn({ identifier: 'ada', password: 'right' });
});

const toApi = () => server.arrived.filter(({ url }) => url.startsWith(api));

test('the token goes along, and what the caller says stays', async () => {
  const answer = await client.fetch(`${api}/things`, {
    headers: { accept: 'text/plain' },
    method: 'PUT',
    body: 'a',
  });
  expect(answer.status).toBe(200);
  expect(toApi()).toMatchObject([{ authorization: 'Bearer at-1', text: 'a', path: '/things' }]);
});

test.each([
  'https://evil.example/',
  'http://api.example.com/',
  'https://api.example.com:8443/',
  'https://api.example.com.evil.example/',
  'https://api.example.com./',
  'https://sub.api.example.com/',
  'data:text/plain,hello',
])('the token is not sent to %s, and neither is anything else', async (url) => {
  const before = server.arrived.length;
  await expect(client.fetch(url)).rejects.toMatchObject({ code: 'origin_not_allowed' });
  expect(server.arrived.length).toBe(before);
});

test('P: a failed request triggers one refresh and one repetition', async () => {
  server.script = ({ authorization, path }) =>
    path === '/things' && authorization === 'Bearer at-1' ? refused() : undefined;
  const answer = await client.fetch(`${api}/things`, {
    method: 'POST',
    body: new URLSearchParams({ a: 'b' }),
  });
  expect(answer.status).toBe(200);
  expect(toApi().map(({ authorization, text }) => [authorization, text])).toEqual([
    ['Bearer at-1', 'a=b'],
    ['Bearer at-2', 'a=b'],
  ]);
  expect(server.count('/refresh')).toBe(1);
});

test('the answer to the repetition is final, and a place that refuses new tokens causes no more refreshes', async () => {
  server.script = ({ path }) => (path === '/things' ? refused() : undefined);
  expect((await client.fetch(`${api}/things`)).status).toBe(401);
  expect([toApi().length, server.count('/refresh')]).toEqual([2, 1]);
  expect((await client.fetch(`${api}/things`)).status).toBe(401);
  expect([toApi().length, server.count('/refresh')]).toEqual([3, 1]);
});

test('a token that was refreshed meanwhile is used instead of refreshing again', async () => {
  server.script = async ({ path, authorization }) => {
    if (path !== '/things' || authorization !== 'Bearer at-1') return undefined;
    await client.refresh();
    return refused();
  };
  expect((await client.fetch(`${api}/things`)).status).toBe(200);
  expect(server.count('/refresh')).toBe(1);
});

test('a hundred refused requests cause one refresh', async () => {
  server.script = ({ path, authorization }) =>
    path === '/things' && authorization === 'Bearer at-1' ? refused() : undefined;
  const answers = await Promise.all(Array.from({ length: 100 }, () => client.fetch(`${api}/things`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(server.count('/refresh')).toBe(1);
});

test.each(['insufficient_user_authentication', 'insufficient_scope'])(
  'a 401 that asks for %s is handed on: a new token would not help',
  async (error) => {
    server.script = ({ path }) =>
      path === '/things' ? problem(401, 'no', { 'www-authenticate': `Bearer error="${error}"` }) : undefined;
    expect((await client.fetch(`${api}/things`)).status).toBe(401);
    expect(server.count('/refresh')).toBe(0);
  },
);

test('the body of a Request is sent again', async () => {
  server.script = ({ path, authorization }) =>
    path === '/things' && authorization === 'Bearer at-1' ? refused() : undefined;
  const request = new Request(`${api}/things`, { method: 'POST', body: 'once' });
  expect((await client.fetch(request)).status).toBe(200);
  expect(toApi().map(({ text }) => text)).toEqual(['once', 'once']);
});

test('a body that is a stream is not sent again: it is reported, and the token is refreshed', async () => {
  const body = new Blob(['once']).stream();
  const init = { method: 'POST', body, duplex: 'half' };
  server.script = ({ path }) => (path === '/things' ? refused() : undefined);
  await expect(client.fetch(`${api}/things`, init)).rejects.toMatchObject({
    code: 'body_not_repeatable',
    status: 401,
  });
  expect(toApi().map(({ text }) => text)).toEqual(['once']);
  expect(await client.token()).toBe('at-2');
});

test('a token that is about to end is refreshed before it is sent', async () => {
  await clock.advance(290_000);
  await client.fetch(`${api}/things`);
  expect(toApi().map(({ authorization }) => authorization)).toEqual(['Bearer at-2']);
});

test('after a refusal for good the caller hears signed_out; while the server is away, server_unreachable', async () => {
  server.script = ({ path }) => (path === '/things' ? refused() : Promise.reject(noNetwork()));
  await expect(client.fetch(`${api}/things`)).rejects.toMatchObject({ code: 'server_unreachable' });
  server.script = ({ path }) => (path === '/things' ? refused() : undefined);
  server.revokeAll();
  await expect(client.fetch(`${api}/things`)).rejects.toMatchObject({ code: 'signed_out' });
});

test('what a request to another origin rejects with passes through, and is not repeated', async () => {
  server.script = () => Promise.reject(noNetwork());
  await expect(client.fetch(`${api}/things`)).rejects.toThrow('fetch failed');
  expect(toApi()).toHaveLength(1);
});

test('a request that the issuer does not answer is server_unreachable, and is not repeated', async () => {
  const cause = noNetwork();
  server.script = () => Promise.reject(cause);
  const before = server.arrived.length;
  const failing = client.fetch(`${issuer}/api/v1/session`);
  await expect(failing).rejects.toMatchObject({ code: 'server_unreachable', cause });
  expect(server.arrived.length).toBe(before + 1);
});

test('a repetition that the issuer does not answer is server_unreachable too', async () => {
  server.script = ({ path, authorization }) => {
    if (!path.endsWith('/session')) return undefined;
    return authorization === 'Bearer at-1' ? refused() : Promise.reject(noNetwork());
  };
  const failing = client.fetch(`${issuer}/api/v1/session`);
  await expect(failing).rejects.toMatchObject({ code: 'server_unreachable' });
});

describe('a caller who has enough', () => {
  const enough = new Error('enough');

  test('before anything was sent hears their own reason, and nothing is sent', async () => {
    const before = server.arrived.length;
    await clock.advance(300_000);
    await expect(client.fetch(`${api}/things`, { signal: AbortSignal.abort(enough) })).rejects.toBe(enough);
    expect(server.arrived.length).toBe(before);
  });

  test.each([api, issuer])('during the request to %s hears their own reason', async (origin) => {
    const [stop, arrived] = [new AbortController(), gate()];
    server.script = () => {
      arrived.open();
      return new Promise(() => undefined);
    };
    const failing = failureOf(client.fetch(`${origin}/things`, { signal: stop.signal }));
    await arrived.passed;
    stop.abort(enough);
    expect(await failing).toBe(enough);
  });

  test.each([
    ['ahead', 300_000],
    ['after a 401', 0],
  ])(
    'while a refresh %s is under way waits no longer, and the others get what it brings',
    async (_when, age) => {
      const [stop, arrived, answer] = [new AbortController(), gate(), gate()];
      server.script = ({ authorization, path }) =>
        path === '/things' && authorization === 'Bearer at-1' ? refused() : undefined;
      server.reply = async (response, { path }) => {
        if (path.endsWith('/refresh')) {
          arrived.open();
          await answer.passed;
        }
        return response;
      };
      await clock.advance(age);
      const failing = failureOf(client.fetch(`${api}/things`, { signal: stop.signal }));
      const waiting = client.fetch(new Request(`${api}/things`, { signal: new AbortController().signal }));
      await arrived.passed;
      stop.abort(enough);
      expect(await failing).toBe(enough);
      answer.open();
      expect((await waiting).status).toBe(200);
      expect([await client.token(), server.count('/refresh')]).toEqual(['at-2', 1]);
    },
  );
});
