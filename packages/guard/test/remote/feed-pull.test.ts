import { describe, expect, test } from 'vitest';
import { createRevocationFeed } from '../../src/remote/feed.ts';
import { json, type Script, scripted, settled, silence } from './scripted.ts';
import { down, entry, page } from './scripted-feed.ts';

describe('a feed that is pulled', () => {
  const pulled = (script: Script) => {
    const server = scripted(script);
    const feed = createRevocationFeed({ issuer: server.issuer, kind: 'pull', silenceSeconds: 2 });
    return { ...server, feed };
  };
  const tag = { etag: '"t"' };

  test('it is asked for by the check that needs it, once for all who wait, and again after the bound', async () => {
    const { feed, asked, clock } = pulled(() => page([entry(1)], 1));
    expect(asked).toHaveLength(0);
    await Promise.all([feed.ready(), feed.ready(), feed.ready()]);
    expect(asked).toHaveLength(1);
    expect([feed.status(), feed.ended('s1')]).toEqual(['following', true]);
    clock.advance(2000);
    expect(feed.ready()).toBeUndefined();
    clock.advance(1);
    expect(feed.ready()).toBeInstanceOf(Promise);
  });

  test('a feed that nobody needed for an hour is not lost', async () => {
    const { feed, clock, events } = pulled(() => page([], 0));
    await feed.ready();
    clock.advance(3_600_000);
    expect(feed.state()).toEqual({ status: 'following', revoked: 0, heardSecondsAgo: 3600 });
    expect(feed.status()).toBe('lost');
    await feed.ready();
    expect([feed.status(), events()]).toEqual(['following', ['feed-followed']]);
  });

  test('it reads page after page, then asks whether anything is new', async () => {
    const all = [entry(1), entry(2), entry(3), entry(4), entry(5)];
    const { feed, asked, clock } = pulled(({ path, headers }) => {
      if (headers.has('if-none-match')) return new Response(null, { status: 304, headers: tag });
      const after = Number(path.split('=')[1]);
      return json(
        { entries: all.filter(({ seq }) => seq > after).slice(0, 2), last: 5, gap: false },
        { headers: tag },
      );
    });
    for (let round = 0; round < 4; round += 1) {
      await feed.ready();
      expect([feed.status(), feed.state().revoked]).toEqual(['following', 5]);
      clock.advance(2001);
    }
    expect(
      asked.map(({ path, headers }) => `${path.split('=')[1]} ${headers.get('if-none-match') ?? ''}`),
    ).toEqual(['0 ', '2 ', '4 ', '5 ', '5 "t"', '5 "t"']);
  });

  test('the bound counts from the question, not from the answer', async () => {
    const { feed, clock, answer } = pulled(silence);
    const { promise, resolve } = Promise.withResolvers<Response>();
    answer(() => promise);
    const ready = feed.ready();
    clock.advance(1500);
    resolve(page([], 0));
    await ready;
    expect(feed.status()).toBe('following');
    clock.advance(501);
    expect(feed.status()).toBe('lost');
  });

  test('no check waits for longer than the time-out, however many pages there are', async () => {
    const { feed, clock, answer } = pulled(silence);
    const waiting: ((response: Response) => void)[] = [];
    answer(() => new Promise((resolve) => waiting.push(resolve)));
    const ready = feed.ready();
    await settled();
    clock.advance(2000);
    waiting.shift()?.(page([entry(1)], 2));
    await settled();
    expect(waiting).toHaveLength(1);
    clock.advance(1000);
    await ready;
    expect([feed.status(), feed.ended('s1')]).toEqual(['lost', true]);
    waiting.shift()?.(page([entry(2)], 2));
    await settled();
    expect([feed.status(), feed.ended('s2')]).toEqual(['following', true]);
  });

  test('what failed is not tried again for a second', async () => {
    const { feed, asked, clock, events } = pulled(down);
    await feed.ready();
    expect([feed.status(), feed.ready(), events()]).toEqual(['lost', undefined, ['feed-lost']]);
    clock.advance(999);
    expect(feed.ready()).toBeUndefined();
    clock.advance(1);
    await feed.ready();
    expect(asked).toHaveLength(2);
  });

  test('a question that a runtime dropped does not block those to come', async () => {
    const { issuer, clock, answer } = scripted(silence);
    const dropping = { ...issuer, clock: { now: clock.now, after: () => () => undefined } };
    const feed = createRevocationFeed({ issuer: dropping, kind: 'pull', silenceSeconds: 2 });
    void feed.ready();
    answer(() => page([], 0));
    clock.advance(3000);
    await feed.ready();
    expect(feed.status()).toBe('following');
  });
});
