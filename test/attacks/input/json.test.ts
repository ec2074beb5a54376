import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { bodyOf, fieldsOf, makeWorld, nameOf, pathOf, said, takesNull, type World } from '../web/rows.ts';

let world: World;
let program: Visitor;
beforeAll(async () => {
  world = await makeWorld({ settings: { networkAttempts: 100_000, signUpAttempts: 100_000 } });
  program = visit(world.serving, { program: true });
});
afterAll(() => world.serving.close());

const json = { 'content-type': 'application/json' };
const signUpRaw = (raw: string): Promise<Answer> =>
  program.ask('POST', '/api/v1/accounts', { raw, headers: json });

describe('INP-01: names that objects have by themselves', () => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'then',
    'toJSON',
  ];

  test.each(names)('%s as a field is refused, nested or not', async (name) => {
    for (const value of ['{"polluted":true}', '{"prototype":{"polluted":true}}', '"x"', 'null']) {
      const answer = await signUpRaw(
        `{"username":"polluter","password":"${goodPassword}","${name}":${value}}`,
      );
      expect(answer.status).toBe(400);
      const nested = await signUpRaw(`{"username":{"${name}":${value}},"password":"${goodPassword}"}`);
      expect(nested.status).toBe(400);
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each(names)('%s as the name of a header, a cookie, a query or a path is harmless', async (name) => {
    const headers = { [name]: 'x', cookie: `${name}=x; doorward_session=${name}` };
    expect((await program.ask('GET', '/api/v1/session', { headers })).status).toBe(401);
    expect((await program.ask('GET', `/health/live?${name}=x`)).status).toBe(400);
    expect((await program.ask('GET', `/assets/${name}`)).status).toBe(404);
    const bearer = world.admin.access;
    expect((await program.ask('GET', `/api/v1/admin/accounts/${name}`, { bearer })).status).toBe(404);
    expect((await program.ask('DELETE', `/api/v1/admin/roles/${name}`, { bearer })).status).toBe(404);
  });

  test.each(names)('%s as a username, a name, a scope or a role is plain data', async (name) => {
    const body = { username: name, name, password: goodPassword };
    const made = await program.ask('POST', '/api/v1/accounts', { body });
    if (made.status === 201) expect(made.json).toMatchObject({ username: name, name, roles: [] });
    else expect(made.status).toBe(400);
    const bearer = world.admin.access;
    const path = `/api/v1/admin/accounts/${world.owner.account}`;
    expect((await program.ask('PATCH', path, { bearer, body: { roles: [name] } })).status).toBe(400);
    const key = { name, scopes: [name], expires_in: 60 };
    const answer = await program.ask('POST', '/api/v1/account/api-keys', {
      bearer: world.owner.access,
      body: key,
    });
    expect([201, 400]).toContain(answer.status);
  });
});

describe('INP-04: hostile JSON is refused before anything is made of it', () => {
  const deep = 10_000;
  test.each([
    ['8,000 levels of lists', '['.repeat(8000) + ']'.repeat(8000)],
    ['2,000 levels of objects', `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`],
    ['levels that are never closed', '['.repeat(deep)],
    ['7,000 values', `[${'1,'.repeat(7000)}1]`],
    ['a name twice', `{"username":"a","username":"b","password":"${goodPassword}"}`],
    ['a name twice, once escaped', `{"username":"a","\\u0075sername":"b","password":"${goodPassword}"}`],
    ['an infinite number', '{"username":1e400}'],
    ['negative zero', '{"username":-0}'],
    ['a number that cannot be kept', '{"username":9007199254740993}'],
    ['a number of a thousand digits', `{"username":${'9'.repeat(1000)}}`],
    ['a byte order mark', '\uFEFF{}'],
    ['a lone surrogate', '{"username":"\\ud800"}'],
    ['two surrogates in the wrong order', '{"username":"\\udc00\\ud800"}'],
    ['NUL', '{"username":"a\\u0000b"}'],
    ['a control character as it is', '{"username":"a\u0001b"}'],
    ['text behind the end', '{"username":"a"}x'],
    ['two objects', '{}{}'],
    ['a comma too many', '{"username":"a",}'],
    ['a comment', '{/* */"username":"a"}'],
    ['single quotes', "{'username':'a'}"],
    ['a name without quotes', '{username:"a"}'],
    ['NaN', '{"username":NaN}'],
    ['undefined', '{"username":undefined}'],
    ['a leading zero', '{"username":01}'],
    ['nothing', ''],
    ['white space', ' \n\t'],
    ['an unfinished string', '{"username":"a'],
    ['an unfinished escape', '{"username":"\\u12'],
  ])('%s', async (_what, raw) => {
    const before = process.cpuUsage();
    const answer = await signUpRaw(raw);
    expect([answer.status, answer.json['code']]).toEqual([
      400,
      expect.stringMatching(/^(?:body_malformed|input_invalid)$/),
    ]);
    expect(process.cpuUsage(before).user).toBeLessThan(150_000);
  });

  test('what is not UTF-8', async () => {
    const texts = ['{"username":"', '"}'].map((text) => Buffer.from(text));
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
      const raw = Buffer.concat(
        [texts[0] ?? '', Buffer.from(bytes), texts[1] ?? ''].map((part) => Buffer.from(part)),
      );
      const answer = await program.ask('POST', '/api/v1/accounts', {
        raw: new Uint8Array(raw),
        headers: json,
      });
      expect(answer.json['code']).toBe('body_malformed');
    }
    for (const encoding of ['utf16le', 'latin1'] as const) {
      const raw = new Uint8Array(Buffer.from('{"username":"\u00E9"}', encoding));
      expect((await program.ask('POST', '/api/v1/accounts', { raw, headers: json })).status).toBe(400);
    }
  });
});

// A registration may say what nobody has heard of (RFC 7591 §2): it has no list of fields.
const rows = routes
  .filter(({ body, form }) => fieldsOf(body).length > 0 && !form)
  .map((route) => [nameOf(route), route] as const);

describe.each(rows)('%s', (_name, route) => {
  const send = (body: Record<string, unknown>): Promise<Answer> =>
    program.ask(route.method, pathOf(route, world.named, world.owner.account), {
      ...said(route, body),
      bearer: world.admin.access,
    });
  const good = bodyOf(route) ?? {};
  const fields = fieldsOf(route.body).map((field) => [field]);

  test.each(fields)(
    'INP-05: %s of a wrong type is refused by its name, and never turned into a right one',
    async (field) => {
      const wrong: unknown[] = [
        ...(takesNull(route.body, field) ? [] : [null]),
        ...(typeof good[field] === 'number' ? ['60', 1.5, -1, 1e15] : [0, 60]),
        ...(typeof good[field] === 'boolean' ? ['true', 1] : [true, false]),
        ...(Array.isArray(good[field])
          ? ['admin', [1], [null], [[]], [{}], [['admin']]]
          : [[], ['x'], [good[field]]]),
        {},
        { toString: 'x', length: 1 },
        { length: 1, 0: 'x' },
        { $ne: null },
        { value: good[field] },
      ];
      for (const value of wrong) {
        const answer = await send({ ...good, [field]: value });
        expect([value, answer.status]).toEqual([value, 400]);
        const { errors = [] } = answer.json as { errors?: { field: string; message: string }[] };
        expect(errors.map((error) => error.field.split('.')[0])).toContain(field);
        for (const { message } of errors) expect(message).not.toMatch(/received|Invalid|Expected/);
      }
    },
  );

  const texts = fieldsOf(route.body).filter((field) => typeof good[field] === 'string');
  test.each(texts.map((field) => [field]))(
    'INP-06: %s takes no characters that cannot be seen or kept',
    async (field) => {
      const marks = [
        '\0',
        '\uFFFE',
        '\uFFFF',
        '\u{1FFFF}',
        '\u001b[31m',
        '\r\n',
        '\u0007',
        '\u007f',
        '\u009b',
      ];
      const hidden = ['\u202E', '\u2066', '\u200B', '\uFEFF', '\u2028'];
      // Passwords and tokens are never shown: what they may be is judged where they are compared.
      const shown = !/password|token/.test(field);
      const kept = field !== 'token';
      for (const mark of shown ? [...marks, ...hidden] : marks) {
        const { status } = await send({ ...good, [field]: `ab${mark}cd` });
        const refused = status >= 400 && status < 500;
        const fits = shown ? status === 400 : refused || (!kept && status < 300);
        expect([mark.codePointAt(0), status, fits]).toEqual([mark.codePointAt(0), status, true]);
      }
    },
  );
});
