import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callback, type TestClient } from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { person } from '../cast.ts';
import { askTokens, codeFor, program } from '../oauth/cast.ts';

let serving: Serving;
let visitor: Visitor;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  visitor = visit(serving, { peer: '127.0.0.1', program: true });
  await signUp(visitor, 'ada@example.com');
});
afterEach(() => serving.close());

const inspect = async (token: string, change?: string): Promise<string> => {
  const fields = { token, ...(change === undefined ? {} : { change }) };
  const { status, text } = await visitor.ask('POST', '/dev/token', {
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
  });
  expect(status).toBe(200);
  return text;
};

/** Each finding as its verdict and its check. */
const findingsOf = (page: string): string[] =>
  [...page.matchAll(/<li class="(\w+)" data-check="([\w-]+)">/g)].map(
    ([, verdict, check]) => `${verdict} ${check}`,
  );

const jwt = async () => signIn(visitor, 'ada@example.com', { carrier: 'jwt' });

describe('a JWT', () => {
  test('is taken apart, and every claim is judged in words', async () => {
    const { access, session } = await jwt();
    const page = await inspect(access);
    expect(findingsOf(page)).toEqual([
      'note type',
      'note algorithm',
      'good key-known',
      'good signature-holds',
      'good issuer-ours',
      'good audience-ours',
      'good expires-in',
      'good issued-ago',
      'note proven-ago',
      'good subject-known',
      'note session-named',
      ...Array<string>(page.split('data-check="claim"').length - 1).fill('note claim'),
      'good live',
    ]);
    expect(page).toContain('&quot;typ&quot;: &quot;at+jwt&quot;');
    expect(page).toContain(session);
    expect(page).toContain('It expires (exp) in 5 minutes.');
  });

  test('is taken as people paste it', async () => {
    const { access } = await jwt();
    expect(findingsOf(await inspect(`  Bearer ${access}\n`))).toContain('good live');
  });

  test('whose session has ended is revoked, and the page says why', async () => {
    const { access } = await jwt();
    await visitor.ask('DELETE', '/api/v1/session', { bearer: access });
    const page = await inspect(access);
    expect(findingsOf(page)).toContain('bad refused');
    expect(page).toContain('Revoked: its session was ended at');
  });

  test('that is too old says since when, whatever else holds', async () => {
    const { access } = await jwt();
    serving.clock.advance(3_600_000);
    const page = await inspect(access);
    expect(page).toContain('It expired (exp) 55 minutes ago.');
    expect(findingsOf(page)).toContain('good signature-holds');
    expect(findingsOf(page)).not.toContain('good live');
  });

  test.each(['header', 'claims', 'signature'])(
    'with one letter changed in its %s does not hold',
    async (part) => {
      const { access } = await jwt();
      const page = await inspect(access, part);
      expect(findingsOf(page)).toContain('bad signature-fails');
      expect(findingsOf(page)).not.toContain('good live');
      expect(page).toContain('id="changed"');
      // The way back leads to what was pasted.
      expect(page).toContain(`name="token" value="${access}"`);
    },
  );

  test('looked at is not used: the session is as idle as before', async () => {
    const { access, session } = await jwt();
    const { read } = serving.assembly.ports.store;
    const before = (await read.sessions.find(session))?.seenAt;
    serving.clock.advance(120_000);
    expect(findingsOf(await inspect(access))).toContain('good live');
    expect((await read.sessions.find(session))?.seenAt).toBe(before);
  });
});

describe('a handle', () => {
  test('of an opaque token lives until it is signed out', async () => {
    const { access } = await signIn(visitor, 'ada@example.com', { carrier: 'opaque' });
    expect(findingsOf(await inspect(access))).toEqual(['note handle-kind', 'good check-holds', 'good live']);
    await visitor.ask('DELETE', '/api/v1/session', { bearer: access });
    expect(await inspect(access)).toContain('Revoked: its session was ended at');
  });

  test('of a refresh token that was rotated away is used, and asking does not end its session', async () => {
    const { refresh } = await jwt();
    const refreshed = await visitor.ask('POST', '/api/v1/tokens/refresh', {
      body: { refresh_token: refresh },
    });
    serving.clock.advance(60_000);
    expect(await inspect(refresh)).toContain('Used: it was rotated away.');
    const next = String(refreshed.json['refresh_token']);
    expect(findingsOf(await inspect(next))).toContain('good live');
    const again = await visitor.ask('POST', '/api/v1/tokens/refresh', { body: { refresh_token: next } });
    expect(again.status).toBe(200);
  });

  test.each(['prefix', 'locator', 'secret', 'check'])(
    'with one letter changed in its %s is none of ours',
    async (part) => {
      const { access } = await signIn(visitor, 'ada@example.com', { carrier: 'opaque' });
      const found = findingsOf(await inspect(access, part));
      expect(found).toContain(part === 'prefix' ? 'bad not-a-token' : 'bad check-fails');
      expect(found).not.toContain('good live');
    },
  );

  describe('that is used up by being shown', () => {
    let app: TestClient;
    let code: string;
    beforeEach(async () => {
      app = await program(serving);
      code = await codeFor(serving, app, await person(serving, 'bea'));
    });

    test('is looked up, not used: its row takes it until its time is over', async () => {
      const lives = ['note handle-kind', 'good check-holds', 'good row-takes-for'];
      expect(findingsOf(await inspect(code))).toEqual(lives);
      expect(findingsOf(await inspect(code))).toEqual(lives);
      serving.clock.advance(60_000);
      expect(findingsOf(await inspect(code))).toContain('bad row-over');
    });

    test('says that it was used', async () => {
      const fields = { grant_type: 'authorization_code', code, redirect_uri: callback };
      expect((await askTokens(serving, { fields, as: app })).status).toBe(200);
      expect(findingsOf(await inspect(code))).toContain('bad row-used');
    });

    test('is told from another one of its row, and from one that has none', async () => {
      const { handles } = serving.assembly.ports;
      const locator = handles.read('code', code)?.locator ?? '';
      expect(findingsOf(await inspect(handles.mint('code', locator).text))).toContain('bad row-other');
      const nowhere = handles.mint('code', '01890000-0000-7000-8000-000000000001');
      expect(findingsOf(await inspect(nowhere.text))).toContain('bad row-gone');
    });
  });

  test('that nobody can look up without using it is not asked about', async () => {
    const { text } = serving.assembly.ports.handles.mint('set-up', '01890000-0000-7000-8000-000000000001');
    expect(findingsOf(await inspect(text))).toEqual([
      'note handle-kind',
      'good check-holds',
      'note one-time',
    ]);
  });
});

test.each([
  '',
  'x',
  'a.b',
  'a.b.c.d',
  '<script>alert(1)</script>',
  'dw_xx_nothing',
  '\u202e.\u202e.x',
  '..'.repeat(4000),
])('%j is no token, and no fault of ours', async (text) => {
  const page = await inspect(text);
  expect(findingsOf(page).some((one) => one.startsWith('bad'))).toBe(true);
  expect(page).not.toContain('<script>alert');
});

test('LOG-01: what was pasted is in no event, in no report and in no address', async () => {
  const { access } = await jwt();
  const { read } = serving.assembly.ports.store;
  const { seq } = await read.events.head();
  await inspect(access);
  expect((await read.events.head()).seq).toBe(seq);
  expect(JSON.stringify([serving.reported, serving.seen])).not.toContain(access.slice(0, 40));
});
