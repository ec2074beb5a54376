/**
 * LOG-01: somebody lives through everything that a server can do, with passwords that can be told apart, while all is
 * logged. Afterwards neither the log nor what was reported, refused, kept as events or in the database holds any
 * secret of theirs, in whatever encoding.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manualClock } from '../../../packages/server/src/base/clock.ts';
import { offerSetUp } from '../../../packages/server/src/domain/accounts/set-up.ts';
import { openDecision } from '../../../packages/server/src/domain/admin/decision.ts';
import { createLog } from '../../../packages/server/src/program/logs/log.ts';
import { administrator, apiKey, bearing, carriers, type Person, refreshBy } from '../../journeys/cast.ts';
import { type Serving, serveHandler, testStart } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';

const passwords = {
  first: 'canary-first-\u00E9-Wq7%/+pass word',
  second: 'canary-second "Zt4\\quoted" pass',
  wrong: 'canary-wrong-Xk9 typed by mistake',
  mistyped: 'canary.mistyped-as-a-name',
} as const;
const email = 'canary.mail@example.com';

let serving: Serving;
/** Everything secret that was typed or handed out. */
const secrets = new Set<string>(Object.values(passwords));
/** Everything that an operator or a refused caller can read, by where. */
const readable: Record<string, string> = {};

beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { accountAttempts: 100 } });
  const refusals = await liveThroughEverything();
  readable['the replies that refused'] = refusals.map(({ text }) => text).join('\n');
  const opened = refusals.map(({ json }) =>
    openDecision(serving.assembly.ports.vault, String(json['decision'])),
  );
  readable['the decisions behind them'] = JSON.stringify(opened);
  readable['the log at debug'] = logText();
  readable['what was observed'] = inspect(serving.seen, {
    depth: 20,
    maxStringLength: null,
    maxArrayLength: null,
  });
  readable['what was reported'] = inspect(serving.reported, { depth: 20, maxStringLength: null });
  const { read } = serving.assembly.ports.store;
  readable['the events'] = JSON.stringify(await read.events.list({ after: 0, limit: 10_000 }));
  const files = readdirSync(serving.dataFolder).filter((name) => name.startsWith('doorward.db'));
  readable['the database'] = files
    .map((name) => readFileSync(join(serving.dataFolder, name), 'latin1'))
    .join('\n');
});
afterAll(() => serving.close());

/** What the program's own log would have said. */
function logText(): string {
  let text = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  const log = createLog({ level: 'debug', clock: manualClock(testStart), worker: undefined, stream });
  for (const seen of serving.seen) log.observe(seen);
  for (const thrown of serving.reported) log.report(thrown);
  for (const seen of serving.seen) if (seen.thrown !== undefined) log.report(seen.thrown);
  return text;
}

/** Remembers what an answer handed out. */
function keepSecrets({ json, headers }: Answer): void {
  for (const name of ['access_token', 'refresh_token', 'api_key']) {
    const value = json[name];
    if (typeof value === 'string') secrets.add(value);
  }
  for (const line of headers.getSetCookie()) {
    const value = line.slice(line.indexOf('=') + 1, line.indexOf(';'));
    if (value !== '') secrets.add(value);
  }
}

async function liveThroughEverything(): Promise<Answer[]> {
  const refusals: Answer[] = [];
  const watched = (visitor: Visitor): Visitor => ({
    cookies: visitor.cookies,
    ask: async (...asked) => {
      const answer = await visitor.ask(...asked);
      keepSecrets(answer);
      if (answer.status >= 400) refusals.push(answer);
      return answer;
    },
  });
  const visitor = watched(visit(serving));
  secrets.add(await offerSetUp(serving.assembly.ports));
  await visitor.ask('POST', '/api/v1/accounts', { body: { email, password: passwords.first } });
  await mistype(visitor);
  const tokens = new Map<string, Answer>();
  for (const carrier of carriers) {
    const body = { identifier: email, password: passwords.first, carrier };
    tokens.set(carrier, await watched(visit(serving)).ask('POST', '/api/v1/sessions', { body }));
  }
  await useTokens(tokens, watched);
  const access = String(tokens.get('opaque')?.json['access_token']);
  const owner = watched(bearing(visit(serving, { program: true }), access));
  const change = { current_password: passwords.wrong, new_password: passwords.second };
  await owner.ask('PUT', '/api/v1/account/password', { body: change });
  await owner.ask('PUT', '/api/v1/account/password', {
    body: { ...change, current_password: passwords.first },
  });
  await owner.ask('GET', '/api/v1/session');
  const root: Person = await administrator(serving);
  for (const secret of [root.access, root.refresh]) secrets.add(secret);
  await watched(root).ask('GET', '/api/v1/admin/events?limit=200');
  return refusals;
}

/** Everything that a hasty hand can do with a password. */
async function mistype(visitor: Visitor): Promise<void> {
  const basic = Buffer.from(`${email}:${passwords.wrong}`).toString('base64');
  const { wrong, mistyped, first } = passwords;
  const post = (raw: string) =>
    visitor.ask('POST', '/api/v1/sessions', { raw, headers: { 'content-type': 'application/json' } });
  for (const body of [
    { identifier: email, password: wrong },
    { identifier: mistyped, password: wrong },
    { identifier: first, password: wrong },
    { identifier: email, password: [wrong] },
    { identifier: email, password: { text: wrong } },
    { identifier: email, password: first, carrier: wrong },
    { identifier: email, password: first, extra: wrong },
    { identifier: email, password: wrong.repeat(100) },
  ])
    await visitor.ask('POST', '/api/v1/sessions', { body });
  for (const raw of [
    JSON.stringify(wrong),
    `[${JSON.stringify(wrong)}]`,
    `{"password":"${wrong}`,
    wrong,
    `{${wrong}}`,
  ])
    await post(raw);
  await visitor.ask('GET', '/api/v1/account', { headers: { authorization: `Basic ${basic}` } });
  await visitor.ask('GET', '/api/v1/session', { headers: { authorization: `Bearer ${mistyped}` } });
  await visitor.ask('GET', '/api/v1/session', { headers: { cookie: `doorward_session=${mistyped}` } });
  for (const password of [mistyped.slice(0, 7), `${email}1`, first])
    await visitor.ask('POST', '/api/v1/accounts', { body: { email, name: 'x', password } });
}

/** Tokens that are used well, twice, changed, in the wrong place, and after their end. */
async function useTokens(tokens: Map<string, Answer>, watched: (visitor: Visitor) => Visitor): Promise<void> {
  const program = watched(visit(serving, { program: true }));
  const opaque = tokens.get('opaque')?.json ?? {};
  const jwt = tokens.get('jwt')?.json ?? {};
  const [access, refresh, signed] = [opaque['access_token'], jwt['refresh_token'], jwt['access_token']].map(
    String,
  );
  const owner = watched(bearing(visit(serving, { program: true }), access ?? ''));
  const key = await apiKey(owner, ['account:read'], { name: 'key' });
  secrets.add(key.text);
  const forged = [access, refresh, signed, key.text].flatMap((token) => [
    `${token}x`,
    String(token).slice(0, -1),
    String(token).toUpperCase(),
  ]);
  for (const bearer of [access, refresh, signed, key.text, ...forged]) {
    await program.ask('GET', '/api/v1/session', { bearer: String(bearer) });
    await program.ask('GET', '/api/v1/admin/stats', { bearer: String(bearer) });
    await program.ask('GET', '/verify', { headers: { cookie: `doorward_session=${bearer}` } });
  }
  keepSecrets(await refreshBy(serving, String(refresh)));
  keepSecrets(await refreshBy(serving, String(refresh)));
  serving.clock.advance(60_000);
  keepSecrets(await refreshBy(serving, String(refresh)));
  for (const token of forged) keepSecrets(await refreshBy(serving, token));
  await program.ask('POST', '/api/v1/tokens/revoke', { body: { token: key.text } });
  await program.ask('POST', '/api/v1/tokens/revoke', {
    body: { token: String(signed), hint: String(refresh) },
  });
}

/** The spellings that a secret may leak in; long ones by any piece of 24 letters. */
function spellings(secret: string): string[] {
  // The head of a handle is its public id, and that of a JWT names the algorithm.
  const telling = secret.startsWith('canary') ? secret : secret.slice(-40);
  const bytes = Buffer.from(telling);
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const forms = [
    telling,
    JSON.stringify(telling).slice(1, -1),
    encodeURIComponent(telling),
    new URLSearchParams([['', telling]]).toString().slice(1),
    bytes.toString('hex'),
    bytes.toString('latin1'),
    ...shifted,
    ...shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return forms.flatMap((form) => {
    const pieces = Array.from({ length: Math.ceil(form.length / 8) }, (_, turn) =>
      form.slice(turn * 8, turn * 8 + 16),
    );
    return pieces.filter((piece) => piece.length === 16);
  });
}

describe('LOG-01: no secret stands in', () => {
  test.each([
    'the replies that refused',
    'the decisions behind them',
    'the log at debug',
    'what was observed',
    'what was reported',
    'the events',
    'the database',
  ])('%s', (where) => {
    const text = readable[where] ?? '';
    expect(text.length).toBeGreaterThan(1);
    const found = [...secrets].filter((secret) => spellings(secret).some((piece) => text.includes(piece)));
    expect(found).toEqual([]);
  });

  test('the search finds what it is for', () => {
    const sample = `${passwords.first} ${Buffer.from(`x:${passwords.wrong}`).toString('base64')}`;
    expect(spellings(passwords.first).some((piece) => sample.includes(piece))).toBe(true);
    expect(spellings(passwords.wrong).some((piece) => sample.includes(piece))).toBe(true);
    expect(secrets.size).toBeGreaterThan(15);
    expect(readable['the log at debug']?.split('\n').length).toBeGreaterThan(50);
  });

  test('every line of the log is one JSON object', () => {
    for (const line of (readable['the log at debug'] ?? '').trim().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('level');
  });
});
