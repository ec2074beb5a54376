import { expect, test } from 'vitest';
import { steadyUse } from '../../../bench/steady.ts';

test('LOD-03: after a million sign-ins and sign-outs memory and file are as large as after half of them', async () => {
  const grown = await steadyUse();
  expect(grown.map(({ name }) => name)).toEqual(['steady-memory', 'steady-file']);
  for (const { name, values } of grown) expect(values.ratio, name).toBeLessThanOrEqual(1.1);
});
