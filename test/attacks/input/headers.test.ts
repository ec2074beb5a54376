import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieHeader, device, type Person, person } from '../../journeys/cast.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Listening, requestText, sendBytes, serveBytes } from './raw-socket.ts';

let listening: Listening;
let ada: Person;
let cookie: string;
beforeAll(async () => {
  listening = await serveBytes();
  ada = await person(listening.serving, 'ada');
  cookie = cookieHeader(await device(listening.serving, ada, { carrier: 'cookie' }));
});
afterAll(() => listening.close());

/** Asks with exactly these header lines. */
const get = (path: string, headers: readonly string[]) =>
  sendBytes(listening.port, {
    bytes: requestText(`GET ${path} HTTP/1.1`, [...headers, 'Connection: close']),
  });

const basic = (text: string): string => Buffer.from(text).toString('base64');

describe('INP-13: credentials that are malformed open nothing', () => {
  const good = () => `Authorization: Bearer ${ada.access}`;

  test('the same credential in good form does', async () => {
    expect((await get('/api/v1/session', [good()])).statuses).toEqual([200]);
    expect((await get('/api/v1/session', [`Cookie: ${cookie}`])).statuses).toEqual([200]);
    const header = `Authorization: Basic ${basic(`ada@example.com:${goodPassword}`)}`;
    expect((await get('/api/v1/account', [header])).statuses).toEqual([200]);
  });

  const lines: readonly (readonly [string, () => readonly string[]])[] = [
    ['a percent sign', () => ['Authorization: Bearer %']],
    ['nothing behind the scheme', () => ['Authorization: Bearer']],
    ['no scheme', () => [`Authorization: ${ada.access}`]],
    ['an empty header', () => ['Authorization:']],
    ['another scheme', () => [`Authorization: Digest ${ada.access}`]],
    ['two spaces', () => [`Authorization: Bearer  ${ada.access}`]],
    ['a tab', () => [`Authorization: Bearer\t${ada.access}`]],
    ['a space inside', () => [`Authorization: Bearer ${ada.access.slice(0, 20)} ${ada.access.slice(20)}`]],
    ['two tokens', () => [`Authorization: Bearer ${ada.access} ${ada.access}`]],
    ['two tokens with a comma', () => [`Authorization: Bearer ${ada.access}, Bearer ${ada.access}`]],
    ['quotes', () => [`Authorization: Bearer "${ada.access}"`]],
    ['a padded token', () => [`Authorization: Bearer ${ada.access}=`]],
    ['two headers, the good one first', () => [good(), 'Authorization: Bearer x']],
    ['two headers, the good one last', () => ['Authorization: Bearer x', good()]],
    ['two good headers', () => [good(), good()]],
    ['a bad header beside a good cookie', () => ['Authorization: Bearer x', `Cookie: ${cookie}`]],
    ['an empty header beside a good cookie', () => ['Authorization:', `Cookie: ${cookie}`]],
    ['the token in another header', () => [`X-Authorization: Bearer ${ada.access}`]],
    ['the token in a proxy’s header', () => [`Proxy-Authorization: Bearer ${ada.access}`]],
    ['Latin-1 letters', () => ['Authorization: Bearer \u00E9\u00E9']],
    ['100 letters too many', () => [`Authorization: Bearer ${ada.access}${'A'.repeat(100)}`]],
    ['10 kB of token', () => [`Authorization: Bearer ${'A'.repeat(10_000)}`]],
    ['a cookie without an equals sign', () => ['Cookie: doorward_session']],
    ['a cookie with an empty value', () => ['Cookie: doorward_session=']],
    ['a cookie in quotes', () => [`Cookie: ${cookie.replace('=', '="')}"`]],
    ['a cookie with percent signs', () => ['Cookie: doorward_session=%zz%']],
    ['a cookie in capitals', () => [`Cookie: ${cookie.replace('doorward_session', 'DOORWARD_SESSION')}`]],
    ['a cookie with a prefix that it does not have here', () => [`Cookie: __Host-${cookie}`]],
    ['a cookie twice with two values', () => [`Cookie: ${cookie}; doorward_session=x`]],
    ['a cookie inside another', () => [`Cookie: a=x${cookie}`]],
    ['cookies of semicolons alone', () => [`Cookie: ${';'.repeat(5000)}`]],
    ['cookies of equals signs alone', () => [`Cookie: ${'='.repeat(5000)}`]],
  ];

  test.each(lines)('%s: 401 or 400', async (_what, headers) => {
    const { statuses, text } = await get('/api/v1/session', headers());
    expect(statuses).toHaveLength(1);
    expect([400, 401]).toContain(statuses[0]);
    expect(text).not.toContain(ada.account);
  });

  test.each([
    ['no colon', basic('ada@example.com')],
    ['no identifier', basic(`:${goodPassword}`)],
    ['nothing', ''],
    ['no base64', '***'],
    ['padding left out', basic(`ada@example.com:${goodPassword}x`).replace(/=+$/, '')],
    ['a space inside', basic(`ada@example.com:${goodPassword}`).replace(/^(.{8})/, '$1 ')],
    ['the alphabet of URLs', Buffer.from(`ada@example.com:\u{1F511}?>${goodPassword}`).toString('base64url')],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0x3a, 0xff]).toString('base64')],
    ['NUL', basic(`ada@example.com:${goodPassword}\0`)],
    ['a line break', basic(`ada@example.com:${goodPassword}\n`)],
  ])('Basic with %s: 401', async (_what, credentials) => {
    const { statuses, text } = await get('/api/v1/account', [`Authorization: Basic ${credentials}`]);
    expect(statuses).toEqual([401]);
    expect(text).not.toContain(ada.account);
  });
});

describe('INP-12: headers that smuggle an identity in another spelling', () => {
  const names = ['X-Doorward-Account', 'X-Doorward-Roles', 'X-Doorward-Permissions', 'X-Doorward-Session'];
  const spelled = names.flatMap((name) => [
    `${name}: root`,
    `${name.toLowerCase()}: root`,
    `${name.toUpperCase()}: root`,
    `${name.replaceAll('-', '_')}: root`,
  ]);
  const identity = ['X-User-Id: root', 'x_user_id: root', 'Remote-User: root', 'X-Forwarded-User: root'];

  test('none of them makes anybody of nobody', async () => {
    for (const path of ['/verify', '/api/v1/session', '/api/v1/admin/stats']) {
      const { statuses, text } = await get(path, [...spelled, ...identity]);
      expect(statuses).toEqual([401]);
      expect(text.replace(/dw_why_[\w-]+/, '')).not.toContain('root');
    }
  });

  test('what is told of somebody is told by us alone, each name once', async () => {
    const { statuses, text } = await get('/verify', [
      `Authorization: Bearer ${ada.access}`,
      ...spelled,
      ...identity,
    ]);
    expect(statuses).toEqual([204]);
    expect(text).not.toContain('root');
    for (const name of names) {
      const told = text
        .split('\r\n')
        .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
      expect(told).toHaveLength(1);
    }
    expect(text.toLowerCase()).toContain(`x-doorward-account: ${ada.account}`);
    expect(text.toLowerCase()).toMatch(/x-doorward-roles: *\r\n/);
  });

  test('naming them hop-by-hop takes nothing away', async () => {
    const hop = 'Connection: close, X-Doorward-Account, X-Doorward-Roles, Authorization';
    const bytes = requestText('GET /verify HTTP/1.1', [`Authorization: Bearer ${ada.access}`, hop]);
    const { statuses, text } = await sendBytes(listening.port, { bytes });
    expect(statuses).toEqual([204]);
    expect(text.toLowerCase()).toContain(`x-doorward-account: ${ada.account}`);
  });
});
