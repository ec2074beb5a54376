import { describe, expect, test } from 'vitest';
import { createAsk } from '../../src/remote/ask.ts';
import { json, settled, silence } from './scripted.ts';
import { ada, asking, bearer, iso, known, oneByOne } from './scripted-ask.ts';

describe('asking at the same time', () => {
  test('one question is under way, and those who come meanwhile share the next', async () => {
    const { script, give } = oneByOne();
    const { ask, asked } = asking(script);
    const first = ask(bearer('a'));
    await settled();
    const later = [ask(bearer('a')), ask(bearer('a')), ask(bearer('a'))];
    await settled();
    expect(asked).toHaveLength(1);
    await give(json(ada));
    expect(await first).toMatchObject({ accountId: 'ada' });
    expect(asked).toHaveLength(2);
    await give(json({}, { status: 401 }));
    for (const outcome of later) expect(await outcome).toMatchObject({ code: 'credentials_invalid' });
    expect(asked).toHaveLength(2);
  });

  test('GRD-05: different credentials do not wait for each other, and nobody gets the answer of another', async () => {
    const { ask, asked } = asking(({ headers }) => {
      const id = (headers.get('authorization') ?? '').slice('Bearer '.length);
      return json({ ...ada, account: { ...ada.account, id } });
    });
    const ids = Array.from({ length: 200 }, (_none, at) => `id-${at % 50}`);
    const outcomes = await Promise.all(ids.map((id) => ask(bearer(id))));
    expect(outcomes.map((one) => ('code' in one ? one.code : one.accountId))).toEqual(ids);
    expect(asked.length).toBeLessThanOrEqual(100);
  });

  test('the same text as another carrier, or in another cookie, is another question', async () => {
    const { ask, asked } = asking(known({ carrier: 'cookie' }), { cacheSeconds: 60 });
    await ask(bearer('a', { carrier: 'cookie', cookie: 'doorward_session' }));
    await ask(bearer('a', { carrier: 'opaque' }));
    await ask(bearer('a', { carrier: 'cookie', cookie: '__Host-doorward_session' }));
    expect(asked).toHaveLength(3);
  });

  test('a question that a runtime dropped is not waited for', async () => {
    const { ask, answer, clock, issuer } = asking(silence);
    const dropped = { ...issuer, clock: { now: clock.now, after: () => () => undefined } };
    const other = createAsk({
      issuer: dropped,
      cacheSeconds: 0,
      cacheEntries: 0,
      forwardPeer: false,
      feed: undefined,
    });
    void other(bearer('a'));
    answer(known());
    clock.advance(3000);
    expect(await other(bearer('a'))).toMatchObject({ accountId: 'ada' });
    expect(await ask(bearer('b'))).toMatchObject({ accountId: 'ada' });
  });
});

describe('answers that are kept', () => {
  test('unless a time is given, the server is asked each time', async () => {
    const { ask, asked } = asking(known());
    for (let round = 0; round < 3; round += 1) await ask(bearer('a'));
    expect(asked).toHaveLength(3);
  });

  test('an answer is kept for its time, not longer than its session', async () => {
    const { ask, asked, clock, answer } = asking(known(), { cacheSeconds: 10 });
    await ask(bearer('a'));
    clock.advance(9999);
    await ask(bearer('a'));
    expect(asked).toHaveLength(1);
    clock.advance(1);
    answer(known({ session: { id: 's', expires_at: iso(clock.now() + 2000) } }));
    await ask(bearer('a'));
    clock.advance(1999);
    await ask(bearer('a'));
    expect(asked).toHaveLength(2);
    clock.advance(1);
    await ask(bearer('a'));
    expect(asked).toHaveLength(3);
  });

  test('a clock that is set back makes no answer live longer', async () => {
    const { ask, asked, clock } = asking(known(), { cacheSeconds: 10 });
    await ask(bearer('a'));
    clock.advance(-60_000);
    await ask(bearer('a'));
    expect(asked).toHaveLength(2);
  });

  test('refusals are not kept', async () => {
    const { ask, asked, answer } = asking(() => json({}, { status: 401 }), { cacheSeconds: 60 });
    expect(await ask(bearer('a'))).toMatchObject({ code: 'credentials_invalid' });
    answer(known());
    expect(await ask(bearer('a'))).toMatchObject({ accountId: 'ada' });
    expect(asked).toHaveLength(2);
  });

  test('JWT-22: the feed empties it of a session at once', async () => {
    const { ask, asked, feed, answer } = asking(known(), { cacheSeconds: 300 });
    await ask(bearer('a'));
    await ask(bearer('b'));
    answer(() => json({}, { status: 401 }));
    expect(await ask(bearer('a'))).toMatchObject({ accountId: 'ada' });
    feed.name('session-1');
    for (const value of ['a', 'b'])
      expect(await ask(bearer(value))).toMatchObject({ code: 'credentials_invalid' });
    expect(asked).toHaveLength(4);
  });

  test('SES-03: an answer that the feed has overtaken is refused and not kept', async () => {
    const { script, give } = oneByOne();
    const { ask, feed, asked, answer } = asking(script, { cacheSeconds: 300 });
    const outcome = ask(bearer('a'));
    await settled();
    feed.name('session-1');
    await give(json(ada));
    expect(await outcome).toMatchObject({ code: 'credentials_invalid', detail: { check: 'session-ended' } });
    answer(() => json({}, { status: 401 }));
    await ask(bearer('a'));
    expect(asked).toHaveLength(2);
  });

  test('no more are kept than may be; the oldest goes first', async () => {
    const { ask, asked } = asking(known(), { cacheSeconds: 60, cacheEntries: 2 });
    for (const value of ['a', 'b', 'c', 'c', 'b', 'a']) await ask(bearer(value));
    expect(asked.map(({ headers }) => headers.get('authorization')?.at(-1))).toEqual(['a', 'b', 'c', 'a']);
  });
});
