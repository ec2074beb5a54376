import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsOf, curlRequest, runLine } from '../../kit/test/commands.ts';
import { answerOf, freshFolder } from '../../kit/test/started.ts';

let folder: Awaited<ReturnType<typeof freshFolder>>;
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => folder.remove());

test('P: what the page says makes the secrets, starts the shop and is answered as a reader expects', async () => {
  for (const line of await commandsOf('jwt-bearer', 'node'))
    expect(await runLine(line, {}, folder.path).exited).toBe(0);
  const made = parseEnv(await readFile(join(folder.path, '.env'), 'utf8'));
  expect(made).toEqual({ TOKEN_SECRET: expect.any(String), ENCRYPTION_KEY: expect.any(String) });

  const [start = ''] = await commandsOf('jwt-bearer', 'npm');
  const shop = runLine(start, {
    ...(made as Record<string, string>),
    PORT: '0',
    DATA_FOLDER: join(folder.path, 'data'),
  });
  try {
    const origin = /http:\S+/.exec(await shop.printed('(jwt-bearer)'))?.[0] ?? '';
    const variables: Record<string, string> = {};
    const answers: [number, unknown][] = [];
    for (const line of await commandsOf('jwt-bearer', 'curl')) {
      const { status, json } = await answerOf(await fetch(curlRequest(line, origin, variables)));
      const { accessToken } = json as { accessToken?: string };
      if (accessToken !== undefined) variables['TOKEN'] = accessToken;
      answers.push([status, json]);
    }
    const user = { id: expect.any(String), email: 'ada@example.com', createdAt: expect.any(String) };
    const cupcake = { id: 1, title: 'Lemon cloud', flavor: 'lemon', instructions: 'Whip, fold, bake.' };
    expect(answers).toEqual([
      [201, user],
      [200, { accessToken: expect.any(String) }],
      [200, user],
      [201, cupcake],
      [200, [cupcake]],
      [200, [cupcake]],
      [200, cupcake],
    ]);
  } finally {
    shop.stop();
    await shop.exited;
  }
});

test.each(['TOKEN_SECRET', 'ENCRYPTION_KEY'])(
  'P: without %s the program refuses to start, says so and how to make one',
  async (name) => {
    const [start = ''] = await commandsOf('jwt-bearer', 'npm');
    const chance = 'kX2pQ9vL7wR4tY1uI6oP3aS8dF5gH0jK';
    const environment = {
      TOKEN_SECRET: chance,
      ENCRYPTION_KEY: chance,
      [name]: '',
      DATA_FOLDER: folder.path,
    };
    const program = runLine(start, environment);
    const screen = await program.printed('crypto.randomBytes(32)');
    expect(screen).toContain(`${name} is not set`);
    expect(await program.exited).not.toBe(0);
  },
);
