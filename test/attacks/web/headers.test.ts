/**
 * What reaches a header: an address to go to, a name, a challenge. Nothing that somebody sends ends a header or begins another.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administrator, cookieHeader, device, type Person } from '../../journeys/cast.ts';
import { callback, form, makeClient, requestOf, type TestClient } from '../../kit/clients.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Listening, requestText, sendBytes, serveBytes } from '../input/raw-socket.ts';

let listening: Listening;
let root: Person;
let cookie: string;
let app: TestClient;
beforeAll(async () => {
  listening = await serveBytes();
  root = await administrator(listening.serving, 'root');
  cookie = cookieHeader(await device(listening.serving, root, { carrier: 'cookie' }));
  app = await makeClient(listening.serving);
});
afterAll(() => listening.close());

const injected = 'Set-Cookie: doorward_session=planted';

/** Ends of lines in every spelling that somebody has taken for one. */
const ends: readonly (readonly [string, string])[] = [
  ['a line feed', '\n'],
  ['a carriage return', '\r'],
  ['both', '\r\n'],
  ['a fold', '\r\n '],
  ['a NUL', '\0'],
  ['a vertical tab', '\v'],
  ['a form feed', '\f'],
  ['a next line', '\u0085'],
  ['a line separator', '\u2028'],
  ['letters whose low byte is a line feed', '\u010A\u010D'],
  ['an escape twice', '%0d%0a'],
  ['an escape thrice', '%250d%250a'],
];

/** The head of the only answer, by lines. */
async function headOf(
  request: string,
): Promise<{ readonly status: number; readonly lines: readonly string[] }> {
  const { text, statuses } = await sendBytes(listening.port, { bytes: request });
  expect(statuses).toHaveLength(1);
  const [head = ''] = text.split('\r\n\r\n');
  return { status: statuses[0] ?? 0, lines: head.split('\r\n') };
}

/** Every line is a header of ours, spelled in visible ASCII, and none was planted. */
function expectOwn(lines: readonly string[]): void {
  const [, ...headers] = lines;
  expect(headers.length).toBeGreaterThan(3);
  for (const line of headers) expect(line).toMatch(/^[A-Za-z0-9-]+: [\t -~]*$/);
  expect(
    headers.filter((line) => line.toLowerCase().startsWith('set-cookie: doorward_session=planted')),
  ).toEqual([]);
}

const get = (path: string, headers: readonly string[] = []): string =>
  requestText(`GET ${path} HTTP/1.1`, [...headers, 'Connection: close']);

const post = (path: string, fields: Readonly<Record<string, string>>): string => {
  const body = new URLSearchParams(fields).toString();
  const headers = [
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    `Origin: ${listening.serving.origin}`,
    'Connection: close',
  ];
  return requestText(`POST ${path} HTTP/1.1`, headers, body);
};

describe.each(ends)('WEB-07: %s', (_what, end) => {
  const spoiled = `x${end}${injected}`;

  test('in the path to go to after signing in', async () => {
    const fields = { identifier: 'root@example.com', password: goodPassword, next: `/${spoiled}` };
    const { lines } = await headOf(post('/sign-in', fields));
    expectOwn(lines);
    expectOwn((await headOf(get(`/sign-in?next=${encodeURIComponent(`/${spoiled}`)}`))).lines);
  });

  test('in the state that goes back to a client', async () => {
    const query = requestOf(app, { prompt: 'none', state: spoiled });
    const { status, lines } = await headOf(get(`/oauth/authorize?${query}`));
    expectOwn(lines);
    if (status !== 303) return;
    const location = lines.find((line) => line.toLowerCase().startsWith('location: '))?.slice(10) ?? '';
    expect(new URL(location).searchParams.get('state')).toBe(spoiled);
  });

  test('in a redirect URI, which then is nobody’s', async () => {
    const query = requestOf(app, { redirect_uri: `${callback}${spoiled}` });
    const { status, lines } = await headOf(get(`/oauth/authorize?${query}`));
    expect(status).toBe(400);
    expectOwn(lines);
    expect(lines.join('\n').toLowerCase()).not.toContain('location: ');
  });

  test('in the name of a role, which proxies are told', async () => {
    const role = encodeURIComponent(spoiled);
    const answer = await root.ask('PUT', `/api/v1/admin/roles/${role}`, { body: { permissions: ['a:b'] } });
    expect([400, 404]).toContain(answer.status);
    const permission = await root.ask('PUT', '/api/v1/admin/roles/reader', {
      body: { permissions: [spoiled] },
    });
    expect(permission.status).toBe(400);
    expectOwn((await headOf(get('/verify', [`Cookie: ${cookie}`]))).lines);
  });
});

test('WEB-10: an answer says its media type, also where nothing is behind it', async () => {
  const ada = await device(listening.serving, root, { carrier: 'cookie' });
  const empty = [
    await ada.ask('GET', '/verify'),
    await ada.ask('POST', '/sign-in', form({ identifier: 'root@example.com', password: goodPassword })),
    await ada.ask('DELETE', '/api/v1/session'),
  ];
  expect(empty.map(({ status, text }) => [status, text])).toEqual([
    [204, ''],
    [303, ''],
    [204, ''],
  ]);
  for (const { headers } of empty) expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  for (const path of ['/', '/api/v1/session', '/nowhere', '/openapi.json', '/assets/style.css'])
    expect((await ada.ask('GET', path)).headers.get('content-type')).toMatch(/^[a-z]+\/[a-z+-]+/);
});
