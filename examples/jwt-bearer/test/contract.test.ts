import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, freshFolder, type Started, startSystem } from '../../kit/test/started.ts';
import { anyJson, anyText, brokenBodies } from '../../kit/test/strangers.ts';
import { secrets } from './secrets.ts';

const ada = { email: 'ada@example.com', password: 'seven: quiet: herons wade' };

let folder: Awaited<ReturnType<typeof freshFolder>>;
let system: Started;
beforeAll(async () => {
  folder = await freshFolder();
  system = await startSystem('jwt-bearer', folder.path, secrets);
  await post('/users', ada);
});
afterAll(async () => {
  await system.stop();
  await folder.remove();
});

const post = (path: string, value: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  system.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof value === 'string' ? value : JSON.stringify(value),
  });
const withHeader = (path: string, authorization?: string): Promise<Answer> =>
  system.ask(path, authorization === undefined ? {} : { headers: { authorization } });
const basic = (email: string, password: string): string =>
  `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`;
const signIn = (email = ada.email, password = ada.password): Promise<Answer> =>
  withHeader('/users/login', basic(email, password));
const tokenOf = async (): Promise<string> => ((await signIn()).json as { accessToken: string }).accessToken;

describe('POST /users', () => {
  test('P: the answer is the user without the password', async () => {
    const eve = { email: 'eve@example.com', password: 'eight loud herons fly' };
    const { status, json, text } = await post('/users', eve);
    expect(status).toBe(201);
    expect(json).toEqual({ id: expect.any(String), email: eve.email, createdAt: expect.any(String) });
    expect(text).not.toContain(eve.password);
    expect(text).not.toContain('argon2');
  });

  test('a second user with one address is refused, in whatever case it is written', async () => {
    for (const email of [ada.email, 'ADA@Example.COM'])
      expect(await post('/users', { ...ada, email })).toMatchObject({
        status: 409,
        json: { error: 'An account with this e-mail address or username exists.' },
      });
  });

  test.each([
    ['no e-mail address', { password: ada.password }, 'email is missing'],
    ['no password', { email: 'bob@example.com' }, 'password is missing'],
    ['an empty password', { email: 'bob@example.com', password: '' }, 'password is missing'],
    ['a number for a password', { email: 'bob@example.com', password: 12345678 }, 'password must be text'],
    ['a list for an address', { email: ['bob@example.com'], password: ada.password }, 'email must be text'],
    ['null for an address', { email: null, password: ada.password }, 'email must be text'],
    [
      'half a character',
      '{"email":"bob@example.com","password":"herons \\ud800 wade"}',
      'password must be text',
    ],
    [
      'something that is no address',
      { ...ada, email: 'bob' },
      'This is not an e-mail address of the form name@example.com.',
    ],
    ['a short password', { email: 'bob@example.com', password: 'herons' }, 'Use at least 8 characters.'],
    ['a list', [], 'Malformed body'],
    ['broken JSON', '{', 'Malformed body'],
    ['an address twice', '{"email":"bob@example.com","email":"ada@example.com"}', 'Malformed body'],
  ])('refuses %s', async (_, body, error) => {
    const { status, json } = await post('/users', body);
    expect([status, json]).toEqual([400, { error }]);
  });

  test.each(brokenBodies('application/json'))('%s is answered with %i', async (_, expected, init) => {
    const { status, json } = await system.ask('/users', init);
    expect([status, json]).toEqual([expected, { error: expect.any(String) }]);
  });

  test('a form is not JSON', async () => {
    const { status } = await system.ask('/users', { method: 'POST', body: new URLSearchParams(ada) });
    expect(status).toBe(415);
    expect((await system.ask('/users', { method: 'POST' })).status).toBe(415);
  });
});

describe('GET /users/login', () => {
  test('answers address and password with a token that nobody may keep in a cache', async () => {
    const { status, json, headers } = await signIn();
    expect(status).toBe(200);
    expect(json).toEqual({ accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('a wrong password and an unknown user are answered with the same 401', async () => {
    const wrong = await signIn(ada.email, 'seven loud herons');
    const unknown = await signIn('nobody@example.com', ada.password);
    expect(wrong.status).toBe(401);
    expect(wrong.json).toEqual({ error: 'Wrong e-mail address or password' });
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
    const comparable = ({ status, text, headers }: Answer) => ({
      status,
      text,
      headers: [...headers].filter(([name]) => name !== 'date'),
    });
    expect(comparable(unknown)).toEqual(comparable(wrong));
  });

  test('a wrong password and an unknown user take the same time', { timeout: 90_000 }, async () => {
    const time = async (email: string): Promise<number> => {
      const started = performance.now();
      await signIn(email, 'seven loud herons');
      return performance.now() - started;
    };
    /** The shorter time as a part of the longer one; the least of several is the work itself, all else only adds. */
    const likeness = async (turn: number): Promise<number> => {
      const taken: Record<'wrong' | 'unknown', number[]> = { wrong: [], unknown: [] };
      const email = `eve${turn}@example.com`;
      expect((await post('/users', { ...ada, email })).status).toBe(201);
      for (let round = 0; round < 6; round += 1) {
        taken.wrong.push(await time(email));
        taken.unknown.push(await time(`nobody${turn}${round}@example.com`));
      }
      const [wrong, unknown] = [Math.min(...taken.wrong), Math.min(...taken.unknown)];
      return Math.min(wrong / unknown, unknown / wrong);
    };
    // The noise of other programs passes; an answer without a hash takes a tenth of the time whenever it is measured.
    const seen: number[] = [];
    while (seen.length < 4 && !seen.some((one) => one > 0.5)) seen.push(await likeness(seen.length));
    expect(Math.max(...seen)).toBeGreaterThan(0.5);
  });

  test.each([
    ['no header', undefined],
    ['another scheme', 'Bearer x'],
    ['no colon', `Basic ${Buffer.from('ada@example.com').toString('base64')}`],
    ['no base64', 'Basic !!!'],
    ['bytes that are not UTF-8', `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`],
    ['nothing at all', 'Basic'],
    ['control characters', basic(ada.email, 'a\0b')],
    ['a very long password', basic(ada.email, 'x'.repeat(2000))],
  ])('%s is answered with 401 and the way to sign in', async (_, header) => {
    const { status, headers } = await withHeader('/users/login', header);
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="cupcakes", charset="UTF-8"',
    ]);
  });
});

describe('GET /users', () => {
  test('answers with the caller’s own user', async () => {
    const { status, json } = await withHeader('/users', `Bearer ${await tokenOf()}`);
    expect([status, json]).toEqual([
      200,
      { id: expect.any(String), email: ada.email, createdAt: expect.any(String) },
    ]);
  });

  test.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['the scheme alone', 'Bearer'],
    ['another scheme', basic(ada.email, ada.password)],
  ])('%s is answered with 401 and the way to sign in', async (_, header) => {
    const { status, headers, json } = await withHeader('/users', header);
    expect([status, headers.get('www-authenticate'), json]).toEqual([
      401,
      'Bearer realm="cupcakes"',
      { error: 'Sign in first' },
    ]);
  });

  test('P: a token with one character changed is answered with 403, not 500', async () => {
    const token = await tokenOf();
    for (let at = 0; at < token.length; at += 7) {
      // A letter six places on differs in more than the bits that base64url leaves over at an end.
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'Z' : 'A'}${token.slice(at + 1)}`;
      const { status, json } = await withHeader('/users', `Bearer ${changed}`);
      expect([status, json], `character ${at}`).toEqual([403, { error: 'Invalid token' }]);
    }
  });

  test('P: whatever stands behind Bearer is answered with 403, not 500', async () => {
    const visible = fc.string({ minLength: 1, maxLength: 200 }).filter((text) => text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(visible, async (text) => {
        expect((await withHeader('/users', `Bearer ${text}`)).status).toBe(403);
      }),
      { numRuns: 100 },
    );
  });
});

describe('cupcakes', () => {
  const recipe = {
    title: 'Lemon cloud',
    flavor: 'lemon',
    instructions: 'Whip, fold, bake: <20 minutes> für alle',
  };

  test('whoever has a token puts one up, and everybody finds it', async () => {
    const authorization = `Bearer ${await tokenOf()}`;
    const made = await post('/cupcakes', recipe, { authorization });
    expect(made).toMatchObject({ status: 201, json: recipe });
    const { id } = made.json as { id: number };
    expect(await system.ask(`/cupcakes/${id}`)).toMatchObject({ status: 200, json: { id, ...recipe } });
    await post('/cupcakes', { ...recipe, flavor: 'salt & smoke' }, { authorization });
    const flavors = async (query: string): Promise<string[]> =>
      ((await system.ask(`/cupcakes${query}`)).json as { flavor: string }[]).map(({ flavor }) => flavor);
    expect(await flavors('')).toEqual(['lemon', 'salt & smoke']);
    expect(await flavors('?flavor=salt+%26+smoke')).toEqual(['salt & smoke']);
    expect(await flavors('?flavor=unknown')).toEqual([]);
  });

  test.each(['999', '0', '-1', '1e0', '1.0', 'one', '9'.repeat(40), '%00', "1'--"])(
    'there is no cupcake %s',
    async (id) => {
      expect(await system.ask(`/cupcakes/${id}`)).toMatchObject({
        status: 404,
        json: { error: 'Not found' },
      });
    },
  );

  test('a flavor that is asked for twice is refused', async () => {
    expect((await system.ask('/cupcakes?flavor=a&flavor=b')).status).toBe(400);
  });

  test('creating needs the token, and that is judged before the body', async () => {
    expect((await post('/cupcakes', recipe)).status).toBe(401);
    expect((await post('/cupcakes', recipe, { authorization: 'Bearer x' })).status).toBe(403);
    expect((await post('/cupcakes', '{')).status).toBe(401);
  });

  test.each(['title', 'flavor', 'instructions'])('a cupcake without %s is refused', async (name) => {
    const authorization = `Bearer ${await tokenOf()}`;
    for (const value of [undefined, '', 1, null, {}]) {
      const { status, json } = await post('/cupcakes', { ...recipe, [name]: value }, { authorization });
      expect([status, json]).toEqual([400, { error: expect.stringContaining(name) }]);
    }
  });
});

describe('every refusal has the shape of the system', () => {
  test('an unknown path is 404, another method 405 with Allow, and both spellings answer', async () => {
    expect(await system.ask('/muffins')).toMatchObject({ status: 404, json: { error: 'Not found' } });
    for (const [method, path, allow] of [
      ['DELETE', '/users', 'POST, GET, HEAD'],
      ['POST', '/users/login', 'GET, HEAD'],
      ['PUT', '/cupcakes/1', 'GET, HEAD'],
      ['PATCH', '/cupcakes/', 'GET, HEAD, POST'],
    ] as const) {
      const { status, headers, json } = await system.ask(path, { method });
      expect([status, headers.get('allow'), json]).toEqual([405, allow, { error: 'Method not allowed' }]);
    }
    expect((await system.ask('/cupcakes/')).status).toBe(200);
    expect((await withHeader('/users/login/', basic(ada.email, ada.password))).status).toBe(200);
  });

  test('whatever is sent, the answer is one of the contract', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, async (body) => {
        expect([400, 415]).toContain((await post('/users', body)).status);
      }),
      { numRuns: 100 },
    );
    const authorization = `Bearer ${await tokenOf()}`;
    const fields = fc.record({ title: anyText, flavor: anyText, instructions: anyText });
    await fc.assert(
      fc.asyncProperty(fields, async (value) => {
        const { status, json } = await post('/cupcakes', value, { authorization });
        expect([201, 400, 413]).toContain(status);
        if (status === 201) expect(json).toMatchObject(value);
      }),
      { numRuns: 100 },
    );
  });
});
