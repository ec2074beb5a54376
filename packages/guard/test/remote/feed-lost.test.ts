import { describe, expect, test } from 'vitest';
import { createRevocationFeed } from '../../src/remote/feed.ts';
import { json, scripted, silence } from './scripted.ts';
import { entry, isPull, page, pushed } from './scripted-feed.ts';

describe('a server that is not there', () => {
  test('the first try is waited for, no longer than the time-out', async () => {
    const { issuer, clock, events } = scripted(silence);
    const feed = createRevocationFeed({ issuer, kind: 'push', silenceSeconds: 2 });
    const ready = feed.ready();
    clock.advance(3000);
    await ready;
    expect([feed.ready(), feed.status(), events()]).toEqual([undefined, 'lost', ['feed-lost']]);
    feed.close();
  });

  test('it is tried again and again, ever more rarely, and followed when it is back', async () => {
    let isUp = false;
    const { asked, feed, pass, events } = pushed(() => {
      if (!isUp) return Promise.reject(new TypeError('fetch failed'));
      return page([entry(1)], 1);
    });
    await feed.ready();
    await pass(300);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.length).toBeLessThan(70);
    expect([feed.status(), events()]).toEqual(['lost', ['feed-lost']]);
    isUp = true;
    await pass(10);
    expect([feed.ended('s1'), events()]).toEqual([true, ['feed-lost', 'feed-followed']]);
    feed.close();
  });

  test.each<[string, () => Response]>([
    ['500', () => new Response('x', { status: 500 })],
    ['HTML', () => new Response('<!doctype html>')],
    ['no entries', () => json({})],
    ['entries out of order', () => page([entry(1), entry(3), entry(2)], 2)],
    ['an entry without end', () => page([{ seq: 1, sid: 'a' }], 1)],
    ['an entry whose end is no time', () => page([{ ...entry(1), until: 'tomorrow' }], 1)],
    ['an entry whose session is no text', () => page([{ ...entry(1), sid: 7 }], 1)],
    ['a number that is none', () => page([], Number.NaN)],
    ['no word of gaps', () => json({ entries: [], last: 0 })],
    ['a redirect', () => new Response(null, { status: 307, headers: { location: 'https://evil.example/' } })],
    ['2 MB', () => new Response('x'.repeat(2 << 20))],
    ['304 without having been asked so', () => new Response(null, { status: 304 })],
    ['gaps without end', () => page([entry(1)], 3, true)],
    ['the same page for ever', () => page([entry(1)], 3)],
  ])('GRD-01: %s instead of the feed is a lost feed', async (_what, response) => {
    const { issuer, asked } = scripted(() => response());
    const feed = createRevocationFeed({ issuer, kind: 'push', silenceSeconds: 2 });
    await feed.ready();
    expect([feed.status(), feed.state().heardSecondsAgo]).toEqual(['lost', undefined]);
    expect(asked.length).toBeLessThanOrEqual(4);
    feed.close();
  });

  test.each<[string, () => Response]>([
    ['an error', () => new Response('full', { status: 503 })],
    ['JSON', () => page([], 0)],
    [
      'a stream without events',
      () => new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
    ],
    [
      'a stream of nonsense',
      () => new Response('event: hello\ndata: 7\n\n', { headers: { 'content-type': 'text/event-stream' } }),
    ],
  ])('where the stream is %s, pulling takes its place within the bound', async (_what, response) => {
    const server = pushed();
    const { feed, answer, pass, asked, events } = server;
    answer((one) => (isPull(one) ? page([], 0) : response()));
    await feed.ready();
    await pass(20);
    expect(events()).toContain('feed-pulled');
    const before = asked.length;
    await pass(20, async () => expect(feed.status()).toBe('following'));
    expect(asked.slice(before).every((one) => isPull(one))).toBe(true);
    expect(asked.length - before).toBeLessThanOrEqual(20);
    await pass(60);
    expect(asked.slice(before).some((one) => !isPull(one))).toBe(true);
    feed.close();
  });
});
