import { describe, expect, test } from 'vitest';
import { settled, start } from './scripted.ts';
import { entry, event, hello, page, pushed } from './scripted-feed.ts';

describe('a feed that is pushed', () => {
  test('it catches up first, then listens from there on', async () => {
    const { feed, asked, last, events } = pushed((one) =>
      one.path.endsWith('=0') ? page([entry(1), entry(2)], 2) : page([], 2),
    );
    expect(feed.status()).toBe('lost');
    await feed.ready();
    expect(feed.ready()).toBeUndefined();
    expect([feed.status(), feed.ended('s1'), feed.ended('s3')]).toEqual(['following', true, false]);
    await settled();
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/revocations?after=0', '/api/v1/revocations']);
    expect(asked[1]?.headers.get('last-event-id')).toBe('2');
    expect(asked[1]?.headers.get('accept')).toBe('text/event-stream');
    await last().say(hello(2) + event('revocation', entry(3)));
    expect(feed.ended('s3')).toBe(true);
    expect(feed.state()).toEqual({ status: 'following', revoked: 3, heardSecondsAgo: 0 });
    expect(events()).toEqual(['feed-followed']);
  });

  test('whoever listens is told of each session once', async () => {
    const { feed, last } = pushed(() => page([entry(1)], 1));
    const ended: string[] = [];
    feed.onEnded((sid) => ended.push(sid));
    await feed.ready();
    await settled();
    await last().say(hello(1) + event('revocation', entry(2)) + event('revocation', entry(2)));
    expect(ended).toEqual(['s1', 's2']);
  });

  test('it is lost as soon as the server was silent for longer than the bound, and found with the next sign of life', async () => {
    const { feed, clock, last, alive, events } = pushed();
    await feed.ready();
    await settled();
    await last().say(hello(0));
    clock.advance(2000);
    expect(feed.status()).toBe('following');
    clock.advance(1);
    expect(feed.status()).toBe('lost');
    expect(events()).toEqual(['feed-followed', 'feed-lost']);
    await alive();
    expect(feed.status()).toBe('following');
    expect(events()).toEqual(['feed-followed', 'feed-lost', 'feed-followed']);
  });

  test('a loss that nobody looked at is told afterwards', async () => {
    const { feed, clock, last, alive, events } = pushed();
    await feed.ready();
    await settled();
    await last().say(hello(0));
    clock.advance(2500);
    await alive();
    expect(events()).toEqual(['feed-followed', 'feed-lost', 'feed-followed']);
  });

  test('signs of life do not count while entries are still to come', async () => {
    const { feed, last, pass, alive } = pushed();
    await feed.ready();
    await settled();
    await last().say(hello(2));
    await pass(1, alive);
    await last().say(event('revocation', entry(1)));
    await pass(1, alive);
    await pass(1, alive);
    expect([feed.status(), feed.ended('s1')]).toEqual(['lost', true]);
    await last().say(event('revocation', entry(2)));
    expect(feed.status()).toBe('following');
  });

  test('a clock that is set back makes the feed lost until the server is heard', async () => {
    const { feed, clock, last, alive } = pushed();
    await feed.ready();
    await settled();
    await last().say(hello(0));
    clock.advance(-60_000);
    expect(feed.status()).toBe('lost');
    await alive();
    expect(feed.status()).toBe('following');
  });

  test('a silent line is cut and made anew, and it resumes where it stopped', async () => {
    const { feed, asked, lines, last, pass, alive } = pushed();
    await feed.ready();
    await settled();
    await last().say(hello(0) + event('revocation', entry(7)));
    await pass(6);
    expect([lines[0]?.isCut(), lines.length]).toEqual([true, 2]);
    expect(asked.at(-1)?.headers.get('last-event-id')).toBe('7');
    await last().say(hello(7));
    await pass(5, alive);
    expect([feed.status(), lines.length]).toEqual(['following', 2]);
  });

  test('a line that ends is made anew within a second, so that nothing is lost', async () => {
    const { feed, lines, last, pass, alive, events } = pushed();
    await feed.ready();
    await settled();
    for (let round = 0; round < 5; round += 1) {
      await last().say(`retry: 1000\n${hello(0)}`);
      last().end();
      await settled();
      await pass(1);
      expect(feed.status()).toBe('following');
    }
    await last().say(hello(0));
    await pass(1, alive);
    expect([lines.length, events()]).toEqual([6, ['feed-followed']]);
  });

  test('when told to start anew it keeps what it holds until it has everything, then holds that alone', async () => {
    let other = false;
    const { feed, last, pass } = pushed(({ path }) => {
      if (!other) return page(path.endsWith('=0') ? [entry(5, 'old')] : [], 5);
      return path.endsWith('=0') ? page([entry(1, 'new')], 1, true) : page([], 1, true);
    });
    await feed.ready();
    await settled();
    other = true;
    await last().say(event('reset', { last: 1 }) + event('revocation', entry(1, 'new')));
    expect([feed.ended('old'), feed.ended('new')]).toEqual([true, false]);
    await pass(2);
    expect([feed.ended('old'), feed.ended('new'), feed.state().revoked]).toEqual([false, true, 1]);
  });

  test('a server that has collected every entry is caught up with at once', async () => {
    const { feed, asked } = pushed(() => page([], 5000, true));
    await feed.ready();
    await settled();
    expect(feed.status()).toBe('following');
    expect(asked[1]?.headers.get('last-event-id')).toBe('5000');
  });

  test('whom time made pointless is forgotten', async () => {
    const { feed, last, pass, alive } = pushed(() =>
      page([entry(1, 'a', start + 5000), entry(2, 'b', start + 9000)], 2),
    );
    await feed.ready();
    await settled();
    await last().say(hello(2));
    await pass(4, alive);
    expect(feed.state().revoked).toBe(2);
    await pass(1, alive);
    expect([feed.ended('a'), feed.ended('b'), feed.state().revoked]).toEqual([false, true, 1]);
    await pass(4, alive);
    expect(feed.state().revoked).toBe(0);
  });

  test('after close nothing is asked and the line is cut', async () => {
    const { feed, asked, lines, pass } = pushed();
    await feed.ready();
    await settled();
    feed.close();
    await pass(60);
    expect([asked.length, lines[0]?.isCut(), feed.status()]).toEqual([2, true, 'lost']);
  });
});
