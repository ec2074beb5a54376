/**
 * Every spelling of a path is either the one that we serve, with its guard and its budgets, or nothing at all.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../../journeys/cast.ts';
import { visit } from '../../kit/visitor.ts';
import { type Listening, requestText, sendBytes, serveBytes } from '../input/raw-socket.ts';

let listening: Listening;
let access: string;
beforeAll(async () => {
  listening = await serveBytes();
  ({ access } = await person(listening.serving, 'ada'));
});
afterAll(() => listening.close());

/** Spellings that some parsers take for `path`. */
const spellings = (path: string): string[] => {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const folder = path.slice(0, path.lastIndexOf('/'));
  return [
    `/${path}`,
    `//${path}`,
    `${path}/`,
    `${path}//`,
    `/.${path}`,
    `${path}/.`,
    `${path}/..`,
    `${folder}/./${last}`,
    `${folder}/x/../${last}`,
    `${folder}//${last}`,
    `${folder}/%2e/${last}`,
    `${folder}/x/%2e%2e/${last}`,
    `${folder}/..;/${last}`,
    `${folder}%2f${last}`,
    `${folder}%252f${last}`,
    `${folder}\\${last}`,
    `${folder}%5c${last}`,
    `${path};a=b`,
    `${folder};a=b/${last}`,
    `${path}%00`,
    `${path}%20`,
    `${path}%0d%0a`,
    `${path}.`,
    `${path}.json`,
    `${path}%3f`,
    `${path}%23`,
    `${folder}/${last.toUpperCase()}`,
    `${folder}/${last[0]?.toUpperCase()}${last.slice(1)}`,
    `${folder}/%${last.charCodeAt(0).toString(16)}${last.slice(1)}`,
    `${path}\u00E2\u0081\u0084`,
    `${path}%e2%81%84x`,
    `${path}*`,
    `${path}@localhost`,
  ];
};

const guarded = '/api/v1/account/sessions';

test.each(spellings(guarded))('INP-11, RLM-06: %j is not the list of sessions', async (path) => {
  const request = requestText(`GET ${path} HTTP/1.1`, [
    `Authorization: Bearer ${access}`,
    'Connection: close',
  ]);
  const { statuses, text } = await sendBytes(listening.port, { bytes: request });
  expect(statuses).toHaveLength(1);
  // A URL parser on the way may fold dots and backslashes; then it is the very same row with the very same guard.
  if (statuses[0] === 200) {
    const bare = requestText(`GET ${path} HTTP/1.1`, ['Connection: close']);
    expect((await sendBytes(listening.port, { bytes: bare })).statuses).toEqual([401]);
  } else {
    expect([400, 404, 405]).toContain(statuses[0]);
    expect(text).not.toContain('"sessions"');
  }
});

test.each(spellings('/api/v1/sessions'))('RLM-06: %j signs nobody in beside the budget', async (path) => {
  const body = '{"identifier":"ada@example.com","password":"seven quiet herons wade","carrier":"opaque"}';
  const headers = ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Connection: close'];
  const bytes = requestText(`POST ${path} HTTP/1.1`, headers, body);
  const { statuses, text } = await sendBytes(listening.port, { bytes });
  expect(statuses).toHaveLength(1);
  if (statuses[0] !== 201) {
    expect([400, 404, 405]).toContain(statuses[0]);
    expect(text).not.toContain('access_token');
  }
});

describe('RLM-06: other ways to name a row', () => {
  const attempt = (line: string, headers: readonly string[]) => {
    const body = '{"identifier":"nobody@example.com","password":"x","carrier":"opaque"}';
    const framing = ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Connection: close'];
    return sendBytes(listening.port, { bytes: requestText(line, [...framing, ...headers], body) });
  };

  test('headers that rename the method or the path are not heard', async () => {
    const headers = [
      'X-HTTP-Method-Override: DELETE',
      'X-HTTP-Method: DELETE',
      'X-Method-Override: DELETE',
      'X-Original-URL: /health/live',
      'X-Rewrite-URL: /health/live',
      'X-Forwarded-Path: /health/live',
    ];
    const { statuses, text } = await attempt('POST /api/v1/sessions HTTP/1.1', headers);
    expect(statuses).toEqual([401]);
    expect(text).toContain('sign_in_refused');
  });

  test('a query on a row without one is refused', async () => {
    for (const query of ['?', '?a', '?_method=DELETE']) {
      const { statuses } = await attempt(`POST /api/v1/sessions${query} HTTP/1.1`, []);
      expect([query, [400, 401].includes(statuses[0] ?? 0)]).toEqual([query, true]);
    }
  });

  test('the absolute form is the same row, whatever host it names', async () => {
    for (const target of ['http://localhost:3000/api/v1/sessions', 'http://evil.example/api/v1/sessions']) {
      const { statuses, text } = await attempt(`POST ${target} HTTP/1.1`, []);
      expect(statuses).toHaveLength(1);
      expect([400, 401]).toContain(statuses[0]);
      expect(text).not.toContain('evil.example');
    }
  });

  test('every one of them spent the budget of the one network, or none', async () => {
    const { read } = listening.serving.assembly.ports.store;
    const refused = await read.events.listBack({ before: 1e9, limit: 100, type: 'sign-in.refused' });
    expect(new Set(refused.map(({ network }) => network))).toEqual(new Set(['127.0.0.1']));
  });
});

test('INP-11: over the bare handler too, a path that is not in its one spelling is refused', async () => {
  const visitor = visit(listening.serving);
  for (const path of ['//api/v1/session', '/api//v1/session', '/api/v1/session/', '/api/v1/sess%69on']) {
    const request = new Request('http://localhost:3000/', { headers: { authorization: `Bearer ${access}` } });
    const spelled = new Proxy(request, {
      get: (target, key) =>
        key === 'url' ? `http://localhost:3000${path}` : Reflect.get(target, key, target),
    });
    const response = await listening.serving.send(spelled);
    expect([path, response.status]).toEqual([path, 400]);
  }
  expect((await visitor.ask('GET', '/nowhere')).status).toBe(404);
});
