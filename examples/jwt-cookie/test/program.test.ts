import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, overNetwork } from './caller.ts';
import {
  addAccount,
  endProgram,
  goodPassword,
  newFolder,
  type Started,
  secretKey,
  startProgram,
} from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(() => folder.remove());

/** Runs the program for as long as the work takes, on the one data folder. */
async function during<Result>(
  environment: Readonly<Record<string, string>>,
  work: (started: Started) => Promise<Result>,
): Promise<Result> {
  const started = await startProgram({ DATA_FOLDER: folder.path, ...environment });
  try {
    return await work(started);
  } finally {
    expect((await started.stop()).code).toBe(0);
  }
}

/** Logs in and returns status and token. */
async function logIn({ origin }: Started, username: string, password: string) {
  const caller = callerOf(origin, overNetwork);
  const { status } = await caller.ask('POST', '/login', { fields: { username, password } });
  return { status, token: caller.cookies.get('session') ?? '' };
}

const auth = async ({ origin }: Started, token: string): Promise<string> => {
  const headers = { cookie: `session=${token}` };
  return (await callerOf(origin, overNetwork).ask('GET', '/auth', { headers })).text;
};

describe('DEMO', () => {
  test('the demo password works only with DEMO=1, for the account that the program makes itself', async () => {
    const token = await during({ DEMO: '1' }, async (started) => {
      expect(started.screen()).toContain('Warning: DEMO=1.');
      const page = await callerOf(started.origin, overNetwork).ask('GET', '/');
      expect(page.text).toContain('log in as demo with the password 123456');
      expect((await logIn(started, 'ada', '123456')).status).toBe(403);
      const demo = await logIn(started, 'demo', '123456');
      expect(demo.status).toBe(200);
      return demo.token;
    });
    await during({ DEMO: '1' }, async (started) => {
      expect(await auth(started, token)).toBe('JWT Authorized');
    });
    for (const environment of [{}, { DEMO: '0' }])
      await during(environment, async (started) => {
        expect(started.screen()).not.toContain('Warning');
        expect((await logIn(started, 'demo', '123456')).status).toBe(403);
        expect(await auth(started, token)).toBe('{"message":"Token is invalid!"}');
      });
  });

  test('somebody else’s account of that name is left alone', async () => {
    await addAccount(folder.path, 'demo');
    const { code, screen } = await endProgram({ DATA_FOLDER: folder.path, DEMO: '1' });
    expect([code, screen]).toEqual([1, expect.stringContaining('somebody has that name already')]);
    await during({}, async (started) => {
      expect((await logIn(started, 'demo', goodPassword)).status).toBe(200);
    });
  });
});

describe('SECRET_KEY', () => {
  test('is made at the first start, in a file that only its owner can read, and stays', async () => {
    await addAccount(folder.path, 'ada');
    const { token } = await during({}, (started) => logIn(started, 'ada', goodPassword));
    expect((await stat(join(folder.path, 'secret-key.txt'))).mode & 0o777).toBe(0o600);
    await during({}, async (started) => {
      expect(await auth(started, token)).toBe('JWT Authorized');
    });
  });

  test('changed: every token of before is invalid', async () => {
    await addAccount(folder.path, 'ada');
    const { token } = await during({}, (started) => logIn(started, 'ada', goodPassword));
    await during({ SECRET_KEY: secretKey }, async (started) => {
      expect(await auth(started, token)).toBe('{"message":"Token is invalid!"}');
    });
  });

  test.each([
    ['a sample that everybody knows', 'a-string-secret-at-least-256-bits-long', 'sample secret'],
    ['one that is too short', 'short', 'too easy to guess'],
  ])('JWT-19: %s stops the start', async (_case, key, reason) => {
    const { code, screen } = await endProgram({ DATA_FOLDER: folder.path, SECRET_KEY: key });
    expect([code, screen]).toEqual([1, expect.stringContaining(reason)]);
    expect(screen).not.toContain(key);
  });
});

test.each(['0', '-1', '1.5', 'soon', '604801'])('TOKEN_TTL_SECONDS=%s stops the start', async (seconds) => {
  const { code, screen } = await endProgram({ DATA_FOLDER: folder.path, TOKEN_TTL_SECONDS: seconds });
  expect([code, screen]).toEqual([1, expect.stringContaining('TOKEN_TTL_SECONDS must be')]);
});

test('it listens on this machine alone, and warns where it is asked for more', async () => {
  await during({}, async ({ screen }) => {
    expect(screen()).toMatch(/^Listening on http:\/\/127\.0\.0\.1:\d+ \(jwt-cookie\)\n$/);
  });
  await during({ HOST: '0.0.0.0' }, async ({ screen }) => {
    expect(screen()).toContain('Warning: other machines can reach this.');
  });
});

describe('add-account', () => {
  test('refuses a weak password, a name twice and a name that cannot be, in words', async () => {
    expect(await addAccount(folder.path, 'ada')).toEqual({ code: 0, screen: 'ada can log in now.\n' });
    const refusals = [
      await addAccount(folder.path, 'eve', '123456'),
      await addAccount(folder.path, 'eve', ''),
      await addAccount(folder.path, 'Ada'),
      await addAccount(folder.path, '<b>'),
      await addAccount(folder.path, ''),
    ];
    expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(refusals.map(({ screen }) => screen.split('.')[0])).toEqual([
      'The password is too short',
      'The password is too short',
      'An account with this e-mail address or username exists',
      'Some fields are missing, unknown or malformed',
      'Some fields are missing, unknown or malformed',
    ]);
  });
});
