import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Serving, serveSocket, servings } from '../../kit/serving.ts';
import { visit } from '../../kit/visitor.ts';
import { type EventReader, followFeed } from '../admin/event-reader.ts';
import { device, type Person, person } from '../cast.ts';

const path = '/api/v1/revocations';
/** The number of the first entry: numbers go with the time. */
const noon = Date.parse('2026-03-01T12:00:00.000Z');

describe.each(servings)('the revocation feed over %s', (_way, serve) => {
  let serving: Serving;
  let ada: Person;
  const readers: EventReader[] = [];
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    ada = await person(serving, 'ada', { carrier: 'jwt' });
  });
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.stop()));
    await serving.close();
  });

  const follow = async (how: Parameters<typeof followFeed>[1] = {}): Promise<EventReader> => {
    const reader = await followFeed(serving, how);
    readers.push(reader);
    return reader;
  };
  const endOne = async (): Promise<string> => {
    const one = await device(serving, ada, { carrier: 'jwt' });
    expect((await one.ask('DELETE', '/api/v1/session')).status).toBe(204);
    return one.session;
  };

  test('an ended session is in the pulled feed until its last token could have lived', async () => {
    const visitor = visit(serving);
    expect((await visitor.ask('GET', path)).json).toEqual({ entries: [], last: 0, gap: false });
    const sid = await endOne();
    const { json } = await visitor.ask('GET', path);
    const entry = { seq: noon, sid, at: '2026-03-01T12:00:00.000Z', until: '2026-03-01T12:06:00.000Z' };
    expect(json).toEqual({ entries: [entry], last: noon, gap: false });
    expect((await visitor.ask('GET', `${path}?after=${noon}`)).json).toEqual({
      entries: [],
      last: noon,
      gap: false,
    });
  });

  test('it is pulled again only when it changed', async () => {
    const visitor = visit(serving);
    const first = await visitor.ask('GET', path);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const headers = { 'if-none-match': tag };
    const same = await visitor.ask('GET', path, { headers });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', tag]);
    await endOne();
    const changed = await visitor.ask('GET', path, { headers });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(tag);
  });

  test('whoever was away while entries were collected, or follows another database, is told of the gap', async () => {
    const visitor = visit(serving);
    await endOne();
    await endOne();
    serving.clock.advance(300_000);
    await vi.waitFor(
      async () => {
        serving.clock.advance(60_000);
        const { json } = await visitor.ask('GET', `${path}?after=${noon}`);
        expect(json).toEqual({ entries: [], last: noon + 1, gap: true });
      },
      { timeout: 10_000, interval: 5 },
    );
    expect((await visitor.ask('GET', `${path}?after=${noon + 1}`)).json['gap']).toBe(false);
    expect((await visitor.ask('GET', `${path}?after=${noon + 8}`)).json['gap']).toBe(true);
    expect((await visitor.ask('GET', `${path}?after=-1`)).status).toBe(400);
    expect((await visitor.ask('GET', `${path}?since=1`)).status).toBe(400);
  });

  test('a follower hears of an end as it happens, and resumes where it stopped', async () => {
    const before = await endOne();
    const reader = await follow();
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(reader.response.headers.get('cache-control')).toBe('no-store');
    expect(await reader.next()).toMatchObject({ event: 'hello', data: { last: noon } });
    expect(await reader.next()).toMatchObject({ id: `${noon}`, event: 'revocation', data: { sid: before } });
    const second = await endOne();
    const { id, data } = await reader.next();
    expect([id, data['sid']]).toEqual([`${noon + 1}`, second]);
    await reader.stop();

    const missed = await endOne();
    const again = await follow({ lastEventId: `${noon + 1}` });
    expect(await again.next()).toMatchObject({ event: 'hello', data: { last: noon + 2 } });
    expect(await again.next()).toMatchObject({ id: `${noon + 2}`, data: { sid: missed } });
  });

  test('a follower may begin after a number, and one that is ahead of the feed starts anew', async () => {
    const sid = await endOne();
    const fresh = await follow({ query: '?after=1' });
    expect(await fresh.next()).toMatchObject({ event: 'hello', data: { last: noon } });
    const ahead = await follow({ lastEventId: `${noon + 76}` });
    expect(await ahead.next()).toMatchObject({ event: 'reset', data: { last: noon } });
    expect(await ahead.next()).toMatchObject({ id: `${noon}`, data: { sid } });
  });

  test('a silent feed gives a sign of life every second', async () => {
    const reader = await follow();
    expect(await reader.nextText()).toContain('event: hello');
    serving.clock.advance(1000);
    expect(await reader.nextText()).toBe(': alive\n\n');
  });

  test('every way to end a session is in the feed', async () => {
    const reader = await follow();
    await reader.next();
    const others = await Promise.all(
      ['cookie', 'opaque'].map((carrier) => device(serving, ada, { carrier })),
    );
    await ada.ask('DELETE', '/api/v1/account/sessions');
    const heard = [(await reader.next()).data['sid'], (await reader.next()).data['sid']];
    expect(new Set(heard)).toEqual(new Set(others.map(({ session }) => session)));
    const body = { password: 'seven quiet herons wade' };
    await ada.ask('DELETE', '/api/v1/account', { body });
    expect((await reader.next()).data['sid']).toBe(ada.session);
  });
});

test('a follower of one process hears of what another process ended', async () => {
  const first = await serveSocket({ lightHashing: true });
  const second = await serveSocket({
    lightHashing: true,
    dataFolder: first.dataFolder,
    clock: first.clock,
  });
  const reader = await followFeed(first);
  expect((await reader.next()).event).toBe('hello');
  const ada = await person(second, 'ada', { carrier: 'jwt' });
  await ada.ask('DELETE', '/api/v1/session');
  first.clock.advance(250);
  expect((await reader.next()).data['sid']).toBe(ada.session);
  await reader.stop();
  await second.close();
  await first.close();
});
