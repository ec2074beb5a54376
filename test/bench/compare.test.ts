/** Measuring side by side: who works when, and which number counts. */
import { expect, test } from 'vitest';
import { type Contender, compare } from '../../bench/compare.ts';

const measured = (perSecond: number) => ({ requests: 2000, perSecond, p50: 1, p99: perSecond / 100 });

/** So many rounds, in silence. */
const quietly = <Name extends string>(contenders: Readonly<Record<Name, Contender>>, rounds: number) =>
  compare(contenders, rounds, () => undefined);

/** Somebody whose rounds go at these speeds, the first of them to warm up. */
function contender(server: string, speeds: readonly number[], order: string[]) {
  let round = 0;
  let cpu = 0;
  return {
    server,
    run: async () => {
      order.push(server);
      cpu += 4;
      return measured(speeds[round++] ?? Number.NaN);
    },
    usage: () => ({ cpu, memory: 50_000_000 + round }),
  };
}

test('everybody works once in every round, in turn', async () => {
  const order: string[] = [];
  await quietly({ one: contender('one', [], order), two: contender('two', [], order) }, 2);
  expect(order).toEqual(['one', 'two', 'one', 'two', 'one', 'two']);
});

test('the round that warms up does not count, and of the others the middle one does', async () => {
  const { figures } = await quietly({ one: contender('one', [9999, 100, 500, 200], []) }, 3);
  expect(figures.one).toEqual({
    server: 'one',
    perSecond: 200,
    p50: 1,
    p99: 2,
    cpu: 2,
    megabytes: expect.closeTo(50),
  });
});

test('a ratio is the middle of the ratios within the rounds, not a ratio of middles', async () => {
  const { ratio } = await quietly(
    {
      one: contender('one', [0, 100, 30, 10], []),
      two: contender('two', [0, 50, 10, 20], []),
    },
    3,
  );
  expect(ratio('one', 'two')).toBe(2);
  expect(ratio('two', 'one')).toBe(0.5);
});

test('of a process that nobody can look into, time and memory are unknown', async () => {
  const { figures } = await quietly({ one: { server: 'one', run: async () => measured(100) } }, 1);
  expect(figures.one).toMatchObject({ cpu: undefined, megabytes: undefined });
});
