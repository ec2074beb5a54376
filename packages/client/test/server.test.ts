import { beforeEach, describe, expect, test } from 'vitest';
import { settle } from '../src/clock.ts';
import type { TokenStore } from '../src/store.ts';
import { ada, failureOf, type Scene, scene, second, statusOf } from './scene.ts';
import { json, noNetwork, problem } from './scripted-server.ts';

let server: Scene['server'];
let clock: Scene['clock'];
let store: Scene['store'];
let make: Scene['make'];
let signedIn: Scene['signedIn'];
beforeEach(() => {
  ({ server, clock, store, make, signedIn } = scene());
});

describe('signing in', () => {
  test('gives the account, the session and the tokens, and keeps them', async () => {
    const client = make({ clientName: 'a test', carrier: 'opaque' });
    expect(await statusOf(client)).toBe('signed-out');
    const { account, sessionId, tokens, expiresIn } = await client.signIn(ada);
    expect(account).toMatchObject({ id: 'a-1', name: 'Ada', email: 'ada@example.com', username: null });
    expect([sessionId, expiresIn]).toEqual(['s-1', 300]);
    expect(tokens).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-1' });
    expect(await client.token()).toBe('at-1');
    expect(server.arrived[0]?.body).toEqual({ ...ada, carrier: 'opaque', client_name: 'a test' });
    expect(await client.session()).toMatchObject({ status: 'signed-in', sessionId: 's-1', account });
  });

  test('the lives of tokens are counted from when they were asked for', async () => {
    const begun = clock.now();
    server.reply = (answer) => {
      clock.jump(20 * second);
      return answer;
    };
    const { tokens } = await make().signIn(ada);
    expect(tokens.accessExpiresAt).toBe(begun + 300 * second);
    expect(tokens.refreshExpiresAt).toBe(begun + 3600 * second);
  });

  test.each([
    { status: 401, code: 'sign_in_refused', said: undefined, retryAfter: undefined },
    { status: 429, code: 'attempts_exhausted', said: '37', retryAfter: 37 },
    { status: 503, code: 'hashing_busy', said: '1', retryAfter: 1 },
    { status: 409, code: 'a_code_of_tomorrow', said: 'Fri, 01 Jan 2027 00:00:00 GMT', retryAfter: undefined },
  ])('$status $code passes through', async ({ status, code, said, retryAfter }) => {
    server.script = () => problem(status, code, said === undefined ? {} : { 'retry-after': said });
    const client = make();
    await expect(client.signIn(ada)).rejects.toMatchObject({
      name: 'ClientFailure',
      code,
      status,
      retryAfter,
      message: `It is ${code}.`,
    });
    expect(await statusOf(client)).toBe('signed-out');
  });

  test('wrong inputs are told by field', async () => {
    const fields = [{ field: 'email', message: 'This is no address.' }];
    server.script = () => json(400, { code: 'input_invalid', errors: [...fields, { field: 1 }, null] });
    await expect(make().signUp({ password: 'x' })).rejects.toMatchObject({ code: 'input_invalid', fields });
  });

  test('signing up makes an account and signs nobody in', async () => {
    const client = make();
    const draft = { email: 'ada@example.com', password: 'right' };
    expect(await client.signUp(draft)).toMatchObject({ id: 'a-1', name: 'Ada' });
    expect(server.arrived.at(-1)?.body).toEqual(draft);
    expect(await statusOf(client)).toBe('signed-out');
  });

  test('by the code of a mail asks for one and shows it with the ticket, a second factor beside it', async () => {
    const client = make({ carrier: 'opaque' });
    const asked = { ticket: 'dw_ma_1', screen_code: 'BCD-FGH', expires_at: '2026-03-01T12:10:00.000Z' };
    server.script = () => json(202, asked);
    expect(await client.askCode('ada@example.com')).toEqual({
      ticket: 'dw_ma_1',
      screenCode: 'BCD-FGH',
      expiresAt: '2026-03-01T12:10:00.000Z',
    });
    expect(server.arrived.at(-1)).toMatchObject({ path: '/api/v1/sessions/mail' });
    server.script = () => problem(401, 'second_factor_required');
    const shown = { ticket: 'dw_ma_1', code: '123456', recoveryCode: 'abcd-efgh' };
    await expect(client.signIn(shown)).rejects.toMatchObject({ code: 'second_factor_required' });
    expect(server.arrived.at(-1)).toMatchObject({
      path: '/api/v1/sessions/mail/confirm',
      body: { ticket: 'dw_ma_1', code: '123456', recovery_code: 'abcd-efgh', carrier: 'opaque' },
    });
    server.script = () => json(202, { ticket: '' });
    await expect(client.askCode('ada@example.com')).rejects.toMatchObject({ code: 'answer_malformed' });
  });

  test.each([
    ['no JSON', new Response('<html>', { status: 200 })],
    ['no tokens', json(201, { account: { id: 'a', name: 'b' }, session: { id: 's' } })],
    [
      'a negative life',
      json(201, { access_token: 'a', refresh_token: 'b', token_type: 'Bearer', expires_in: -1 }),
    ],
    ['a redirect', new Response(null, { status: 307, headers: { location: 'https://evil.example' } })],
    ['an array', json(200, [])],
  ])('an answer with %s is answer_malformed', async (_what, answer) => {
    server.script = () => answer.clone();
    await expect(make().signIn(ada)).rejects.toMatchObject({ code: 'answer_malformed' });
  });

  test('no answer is server_unreachable, and so is one that takes too long', async () => {
    server.script = () => Promise.reject(noNetwork());
    await expect(make().signIn(ada)).rejects.toMatchObject({ code: 'server_unreachable' });
    server.script = () => new Promise(() => undefined);
    const late = failureOf(make({ timeoutSeconds: 7 }).signIn(ada));
    await clock.advance(7 * second);
    expect(await late).toMatchObject({ code: 'server_unreachable' });
  });

  test('a second sign-in takes the place of the first session and ends it', async () => {
    const client = await signedIn();
    await client.signIn(ada);
    await settle();
    expect(server.open()).toBe(1);
    expect(await client.token()).toBe('at-2');
  });

  test('a session that cannot be stored is ended, and the failure says so', async () => {
    const broken: TokenStore = { ...store, write: () => Promise.reject(new Error('disk full')) };
    await expect(make({ store: broken }).signIn(ada)).rejects.toMatchObject({ code: 'store_failed' });
    await settle();
    expect(server.open()).toBe(0);
  });
});
