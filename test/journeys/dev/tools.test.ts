import { afterEach, describe, expect, test } from 'vitest';
import { postMail } from '../../../packages/server/src/domain/mail/post-mail.ts';
import type { GivenSettings } from '../../../packages/server/src/program/configuration/configuration.ts';
import { type Serving, type ServingOptions, serveHandler, servings } from '../../kit/serving.ts';
import { signIn, signUp, visit } from '../../kit/visitor.ts';

let serving: Serving;
afterEach(() => serving.close());

const near = { peer: '127.0.0.1', program: true } as const;
const ask = (path: string, headers: Record<string, string> = {}) =>
  visit(serving, near).ask('GET', path, { headers });
const submit = (path: string, fields: Record<string, string>) =>
  visit(serving, near).ask('POST', path, {
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

const serve = async (options: ServingOptions = {}): Promise<void> => {
  serving = await serveHandler({ lightHashing: true, ...options });
};

const post = (to: string, code: string): Promise<void> => {
  const { ports } = serving.assembly;
  const values = { link: `${serving.origin}/link?x=1`, code, expiresAt: ports.clock.now() + 600_000 };
  return ports.store.transact((tx) => postMail(ports, tx, { kind: 'sign-in', to, language: 'de', values }));
};

const paths = ['/dev/inbox', '/dev/inbox/wait?to=ada@example.com&seconds=0', '/dev/clock', '/dev/token'];

describe('OPS-06: where the tools do not exist', () => {
  test.each<readonly [string, GivenSettings]>([
    ['in production', { production: 'yes' }],
    ['behind https', { issuer: 'https://id.example.com' }],
    ['on an address that other machines reach', { host: '0.0.0.0' }],
  ])('%s no row of them is in the table, and the clock is real', async (_name, settings) => {
    await serve({ settings });
    const before = serving.clock.now();
    for (const path of paths) expect([path, (await ask(path)).status]).toEqual([path, 404]);
    // Not even another method: the paths are not there at all.
    for (const [path, fields] of [
      ['/dev/clock', { amount: '31', unit: 'days' }],
      ['/dev/clock/back', {}],
      ['/dev/token', { token: 'x' }],
    ] as const) {
      const { status, headers } = await submit(path, fields);
      expect([path, status, headers.get('allow')]).toEqual([path, 404, null]);
    }
    expect(serving.assembly.ports.clock.now()).toBe(before);
    expect((await ask('/health/live')).headers.get('doorward-time-ahead')).toBeNull();
  });

  test('what a developer has set ahead is not believed in production', async () => {
    await serve();
    await submit('/dev/clock', { amount: '31', unit: 'days' });
    const { dataFolder, clock } = serving;
    const other = await serveHandler({
      lightHashing: true,
      dataFolder,
      clock,
      settings: { production: 'yes' },
    });
    expect(other.assembly.ports.clock.now()).toBe(clock.now());
    await other.close();
  });

  test.each<readonly [string, { peer?: string; headers?: Record<string, string>; origin?: string }]>([
    ['from another machine', { peer: '203.0.113.7' }],
    ['from another machine of the house', { peer: '192.168.1.20' }],
    ['by a name that leads here', { origin: 'http://rebound.example:3000' }],
    ['by an address of this machine in a network', { origin: 'http://192.168.1.2:3000' }],
    ['through a proxy', { headers: { 'x-forwarded-for': '203.0.113.7' } }],
    ['through a tunnel', { headers: { forwarded: 'for=203.0.113.7' } }],
  ])('who comes %s finds nothing', async (_name, { peer = '127.0.0.1', headers = {}, origin }) => {
    await serve();
    await post('ada@example.com', '123456');
    for (const path of paths) {
      const request = new Request(new URL(path, origin ?? serving.origin), { headers });
      const response = await serving.send(request, peer);
      expect([path, response.status, (await response.text()).includes('123456')]).toEqual([path, 404, false]);
    }
  });

  test('a page of another site cannot set the clock', async () => {
    await serve();
    const raw = 'amount=31&unit=days';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' };
    expect((await visit(serving, near).ask('POST', '/dev/clock', { raw, headers })).status).toBe(403);
    expect(serving.assembly.ports.clock.now()).toBe(serving.clock.now());
  });
});

describe.each(servings)('the inbox over %s', (_way, serveWay) => {
  const open = async (): Promise<void> => {
    serving = await serveWay({ lightHashing: true });
  };

  test('shows every mail youngest first, with its code and link one click away', async () => {
    await open();
    await post('ada@example.com', '111111');
    serving.clock.advance(1);
    await post('grace@example.com', '222222');
    const { status, text } = await ask('/dev/inbox', { accept: 'text/html' });
    expect(status).toBe(200);
    expect(text.indexOf('222222')).toBeLessThan(text.indexOf('111111'));
    expect(text).toContain(`href="${serving.origin}/link?x=1"`);
  });

  test('a mail can be waited for, by its mailbox, and the one after it', async () => {
    await open();
    await post('ada@example.com', '111111');
    await post('grace@example.com', '222222');
    const first = await ask('/dev/inbox/wait?to=Ada@Example.com');
    expect(first.json).toMatchObject({
      to: 'ada@example.com',
      kind: 'sign-in',
      language: 'de',
      subject: 'Code zum Anmelden',
      code: '111111',
      link: `${serving.origin}/link?x=1`,
      text: expect.stringContaining('111111'),
    });
    const next = `/dev/inbox/wait?to=ada@example.com&after=${String(first.json['id'])}`;
    expect((await ask(`${next}&seconds=0`)).status).toBe(404);
    const waiting = ask(next);
    serving.clock.advance(1);
    await post('ada@example.com', '333333');
    const turn = new Promise<undefined>((resolve) => {
      setImmediate(resolve, undefined);
    });
    await expect
      .poll(() => {
        serving.clock.advance(100);
        return Promise.race([waiting, turn]);
      })
      .toBeDefined();
    expect((await waiting).json['code']).toBe('333333');
  });

  test.each([
    'to=ada',
    'to=',
    '',
    'to=ada@example.com&seconds=61',
    'to=ada@example.com&kind=none',
    'to=a@b.example&after=1',
  ])('nothing is waited for by %j', async (query) => {
    await open();
    expect((await ask(`/dev/inbox/wait?${query}`)).status).toBe(400);
  });

  test('a mail as HTML runs and loads nothing', async () => {
    await open();
    await post('ada@example.com', '111111');
    const { text } = await ask('/dev/inbox', { accept: 'text/html' });
    const [path = ''] = /\/dev\/inbox\/mails\/[0-9a-f-]+/.exec(text) ?? [];
    const mail = await ask(path, { accept: 'text/html' });
    expect([mail.status, mail.text.includes('111111')]).toEqual([200, true]);
    expect(mail.headers.get('content-security-policy')).toMatch(
      /^sandbox allow-popups[^;]*; default-src 'none'/,
    );
    expect((await ask('/dev/inbox/mails/none')).status).toBe(404);
  });
});

describe('the clock', () => {
  test('31 days ahead sessions and tokens have expired, keys have rotated, and answers tell the time', async () => {
    await serve();
    const visitor = visit(serving, near);
    await signUp(visitor, 'ada@example.com');
    const { access, refresh } = await signIn(visitor, 'ada@example.com', { carrier: 'jwt' });
    const { ports } = serving.assembly;
    const key = ports.keys.active().header;
    expect((await submit('/dev/clock', { amount: '31', unit: 'days' })).status).toBe(303);
    const days = 31 * 86_400_000;
    expect(ports.clock.now()).toBe(serving.clock.now() + days);
    const refused = await visitor.ask('GET', '/api/v1/session', { bearer: access });
    expect([refused.status, refused.headers.get('doorward-time-ahead')]).toEqual([401, String(days)]);
    expect(Date.parse(refused.headers.get('date') ?? '')).toBeGreaterThan(serving.clock.now() + days - 2000);
    const again = await visitor.ask('POST', '/api/v1/tokens/refresh', { body: { refresh_token: refresh } });
    expect(again.status).toBe(401);
    // The rounds that were due on the way are made at once.
    await expect.poll(() => ports.keys.active().header === key).toBe(false);
    expect((await signIn(visitor, 'ada@example.com', { carrier: 'jwt' })).access).not.toBe('');
  });

  test('it goes on from where it is, and back to real time', async () => {
    await serve();
    await submit('/dev/clock', { amount: '1', unit: 'days' });
    await submit('/dev/clock', { amount: '10', unit: 'minutes' });
    const { clock } = serving.assembly.ports;
    expect(clock.now() - serving.clock.now()).toBe(87_000_000);
    expect((await ask('/dev/clock', { accept: 'text/html' })).text).toContain('ahead of real time');
    expect((await submit('/dev/clock/back', {})).status).toBe(303);
    expect(clock.now()).toBe(serving.clock.now());
  });

  test('other processes of the server follow within a moment, and those that start later are there already', async () => {
    await serve();
    const { dataFolder, clock } = serving;
    const beside = await serveHandler({ lightHashing: true, dataFolder, clock });
    await submit('/dev/clock', { amount: '2', unit: 'hours' });
    await expect.poll(() => beside.assembly.ports.clock.now()).toBe(clock.now() + 7_200_000);
    const later = await serveHandler({ lightHashing: true, dataFolder, clock });
    expect(later.assembly.ports.clock.now()).toBe(clock.now() + 7_200_000);
    await later.close();
    await beside.close();
  });

  test.each([
    { amount: '0', unit: 'days' },
    { amount: '-1', unit: 'days' },
    { amount: '1e3', unit: 'days' },
    { amount: '1', unit: 'years' },
    { amount: '999999', unit: 'days' },
    { amount: '1' },
  ])('%j is no time to go to', async (fields) => {
    await serve();
    expect((await submit('/dev/clock', fields as Record<string, string>)).status).toBe(400);
    expect(serving.assembly.ports.clock.now()).toBe(serving.clock.now());
  });
});
