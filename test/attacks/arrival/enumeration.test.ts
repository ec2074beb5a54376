/**
 * Nobody learns from us whether there is an account: the same status, headers and body, and the same work, whether the
 * account is absent, disabled, locked or there with another password. Sign-up is the stated exception.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadArgon2 } from '../../../packages/server/src/program/accounts/argon2.ts';
import { administrator, person } from '../../journeys/cast.ts';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { type Serving, serveHandler, serveSocket, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, visit } from '../../kit/visitor.ts';

/** Who is asked for, by what stands behind the name. */
const asked = {
  absent: 'nobody@example.com',
  'no identifier at all': 'no such person!',
  'no username': 'nobody',
  active: 'ada@example.com',
  disabled: 'grace@example.com',
  deleted: 'alan@example.com',
} as const;

/** Makes the accounts behind the names. */
async function populate(serving: Serving): Promise<void> {
  const admin = await administrator(serving, 'root');
  await person(serving, 'ada', { peer: '192.0.2.1' });
  const grace = await person(serving, 'grace', { peer: '192.0.2.2' });
  const alan = await person(serving, 'alan', { peer: '192.0.2.3' });
  await admin.ask('PATCH', `/api/v1/admin/accounts/${grace.account}`, { body: { status: 'disabled' } });
  await admin.ask('DELETE', `/api/v1/admin/accounts/${alan.account}`);
}

/** An answer with what must differ taken out: ids and dates, each replaced by its length. */
function plain({ status, headers, text }: Answer): unknown {
  const masked = text.replace(/dw_why_[\w-]+/g, (id) => `<decision of ${id.length}>`);
  const shown = [...headers].map(([name, value]) => [
    name,
    /^(?:date|x-request-id)$/.test(name) ? '…' : value,
  ]);
  return { status, headers: Object.fromEntries(shown), text: masked };
}

describe.each(servings)('ENU-01 over %s', (_way, serve) => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { accountAttempts: 5, networkAttempts: 1000 } });
    await populate(serving);
  });
  afterEach(() => serving.close());

  const signIn = (identifier: string, password: string, headers = {}): Promise<Answer> =>
    visit(serving, { program: true, peer: '198.51.100.7' }).ask('POST', '/api/v1/sessions', {
      body: { identifier, password, carrier: 'opaque' },
      headers,
    });

  test('a sign-in is refused in the same words, whoever it was aimed at', async () => {
    const answers = new Map<string, unknown>();
    for (const [state, identifier] of Object.entries(asked))
      answers.set(state, plain(await signIn(identifier, 'a wrong password')));
    answers.set('disabled, right password', plain(await signIn(asked.disabled, goodPassword)));
    answers.set('deleted, right password', plain(await signIn(asked.deleted, goodPassword)));
    const expected = answers.get('absent');
    expect(expected).toMatchObject({ status: 401 });
    for (const [state, answer] of answers) expect([state, answer]).toEqual([state, expected]);
  });

  test('so is Basic', async () => {
    const answers: unknown[] = [];
    for (const identifier of Object.values(asked)) {
      const authorization = `Basic ${Buffer.from(`${identifier}:a wrong password`).toString('base64')}`;
      const program = visit(serving, { program: true, peer: '198.51.100.7' });
      answers.push(plain(await program.ask('GET', '/verify', { headers: { authorization } })));
    }
    expect(answers[0]).toMatchObject({ status: 401 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('so is whoever guessed too often: a name of nobody is throttled as any other', async () => {
    // The socket has one network, which is familiar to these accounts there: only strangers share the account's budget.
    const refusals = new Map<string, Answer[]>();
    for (const identifier of ['nobody@example.com', 'another@example.com', 'alan@example.com']) {
      const series: Answer[] = [];
      for (let turn = 0; turn < 8; turn += 1) series.push(await signIn(identifier, `guess ${turn}`));
      refusals.set(identifier, series);
    }
    const [expected, ...others] = [...refusals.values()].map((series) => series.map(plain));
    expect(expected?.map((answer) => (answer as Answer).status)).toEqual([
      401, 401, 401, 401, 401, 429, 429, 429,
    ]);
    for (const other of others) expect(other).toEqual(expected);
  });

  test('an unknown token is revoked as kindly as a known one', async () => {
    const ada = await person(serving, 'mary', { peer: '192.0.2.9' });
    const program = visit(serving, { program: true });
    const answers: unknown[] = [];
    for (const token of ['nonsense', 'dw_rt_forged', ada.access, ada.access, ada.refresh])
      answers.push(plain(await program.ask('POST', '/api/v1/tokens/revoke', { body: { token } })));
    expect(answers[0]).toMatchObject({ status: 204, text: '' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('sign-up is the stated exception: 409, and it says nothing of the state', async () => {
    const program = visit(serving, { program: true, peer: '198.51.100.8' });
    const answers: unknown[] = [];
    for (const email of [asked.active, asked.disabled, 'ADA@example.com']) {
      const answer = await program.ask('POST', '/api/v1/accounts', {
        body: { email, password: goodPassword },
      });
      answers.push(plain(answer));
    }
    expect(answers[0]).toMatchObject({ status: 409 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const again = { email: asked.deleted, password: goodPassword };
    expect((await program.ask('POST', '/api/v1/accounts', { body: again })).status).toBe(201);
  });
});

test('ENU-01: strangers who exhaust an account that is there, and one that is not, read the same', async () => {
  const serving = await serveHandler({ lightHashing: true, settings: { accountAttempts: 5 } });
  await populate(serving);
  const seriesOf = async (identifier: string): Promise<unknown[]> => {
    const series: unknown[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const stranger = visit(serving, { program: true, peer: `198.51.100.${turn}` });
      const body = { identifier, password: `guess ${turn}`, carrier: 'opaque' };
      series.push(plain(await stranger.ask('POST', '/api/v1/sessions', { body })));
    }
    return series;
  };
  const expected = await seriesOf(asked.absent);
  expect(expected.at(-1)).toMatchObject({ status: 429 });
  for (const identifier of [asked.active, asked.disabled, asked.deleted, asked['no identifier at all']])
    expect(await seriesOf(identifier)).toEqual(expected);
  await serving.close();
});

describe('ENU-02: an answer takes the same work', () => {
  test('each refusal is one comparison with the parameters of today, and one event', async () => {
    const serving = await serveHandler({ lightHashing: true });
    await populate(serving);
    const verify = vi.spyOn(lightArgon2, 'verify');
    const hash = vi.spyOn(lightArgon2, 'hash');
    for (const identifier of Object.values(asked)) {
      verify.mockClear();
      const { seq } = await serving.assembly.ports.store.read.events.head();
      const body = { identifier, password: 'a wrong password', carrier: 'opaque' };
      const stranger = visit(serving, { program: true, peer: '198.51.100.7' });
      expect((await stranger.ask('POST', '/api/v1/sessions', { body })).status).toBe(401);
      expect(verify.mock.calls.map(([phc]) => /\$m=\d+,t=\d+,p=\d+\$/.exec(phc)?.[0])).toEqual([
        '$m=19456,t=2,p=1$',
      ]);
      expect((await serving.assembly.ports.store.read.events.head()).seq).toBe(seq + 1);
    }
    expect(hash).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    await serving.close();
  });

  test('a throttled one is no comparison at all, for nobody as for somebody', async () => {
    const serving = await serveHandler({ lightHashing: true, settings: { accountAttempts: 1 } });
    await populate(serving);
    const verify = vi.spyOn(lightArgon2, 'verify');
    for (const identifier of Object.values(asked))
      for (const peer of ['198.51.100.7', '198.51.100.8', '198.51.100.9'])
        await visit(serving, { program: true, peer }).ask('POST', '/api/v1/sessions', {
          body: { identifier, password: 'a wrong password', carrier: 'opaque' },
        });
    expect(verify).toHaveBeenCalledTimes(Object.keys(asked).length);
    vi.restoreAllMocks();
    await serving.close();
  });

  test('the hash of nobody costs the library what a hash of somebody does', async () => {
    const serving = await serveSocket();
    const verify = vi.spyOn(serving.assembly.ports.passwords, 'verify');
    const body = { identifier: 'nobody@example.com', password: 'a wrong password', carrier: 'opaque' };
    await visit(serving, { program: true }).ask('POST', '/api/v1/sessions', { body });
    expect(verify.mock.calls.map(([phc]) => phc)).toEqual([undefined]);
    // A malformed hash would be refused by the library in no time at all: this one is taken and compared.
    const made = await loadArgon2().hash('x', { memory: 19_456, passes: 2, lanes: 1 });
    const shape = (phc: string): string => phc.replace(/[A-Za-z0-9+/]{22,}/g, (part) => String(part.length));
    const nobody = await phcOfNobody();
    expect(shape(nobody)).toBe(shape(made));
    expect(await loadArgon2().verify(nobody, 'x')).toBe(false);
    vi.restoreAllMocks();
    await serving.close();
  });
});

/** What a server compares a guess at nobody with. */
async function phcOfNobody(): Promise<string> {
  const serving = await serveHandler({ lightHashing: true });
  const verify = vi.spyOn(lightArgon2, 'verify');
  await serving.assembly.ports.passwords.verify(undefined, 'x', '192.0.2.1');
  const phc = verify.mock.calls[0]?.[0] ?? '';
  await serving.close();
  return phc;
}
