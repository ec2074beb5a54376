import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgeries } from './forgeries.ts';
import { type Way, ways } from './paths.ts';

/** Forgeries that mean nothing where a token brings its key along: it is the key that the token is to be bound to. */
const bringsItsKey = new Set(['a key of the attacker in the header']);

describe.each(ways)('JWT-05: %s', (name, open) => {
  let way: Way;
  beforeAll(async () => {
    way = await open();
  });
  afterAll(() => way.close());

  test('is taken as it is', async () => {
    expect(await way.show(({ text }) => text)).toBe('taken');
  });

  const classes = Object.entries(forgeries).filter(
    ([forgery]) => !(name.startsWith('a proof of possession') && bringsItsKey.has(forgery)),
  );
  test.each(classes)('is refused with %s', async (_class, forge) => {
    expect(await way.show(forge)).not.toBe('taken');
  });

  test('most of the forgeries could be shown, and the good one is still taken', async () => {
    let shown = 0;
    for (const [, forge] of classes) if ((await way.show(forge)) === 'refused') shown += 1;
    expect(shown).toBeGreaterThan(60);
    expect(await way.show(({ text }) => text)).toBe('taken');
  });
});

test('there are as many ways as there are places that prove a JWS', () => {
  expect(ways).toHaveLength(19);
  expect(Object.keys(forgeries).length).toBeGreaterThan(100);
});
