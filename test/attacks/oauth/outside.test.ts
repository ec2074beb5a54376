/** What comes back from a provider, to the wrong browser or from a hostile one. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  comeBack,
  pressButton,
  type SmallProvider,
  serveWith,
  signedToken,
  signInWith,
  smallProvider,
  unsignedToken,
} from '../../kit/outside.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let house: SmallProvider;
let other: SmallProvider;

beforeAll(async () => {
  house = await smallProvider();
  other = await smallProvider();
  serving = await serveWith({ house, other }, (settings) =>
    serveHandler({ settings: { ...settings, signUpAttempts: 1000 }, lightHashing: true }),
  );
  return () => Promise.all([serving.close(), house.close(), other.close()]);
});

beforeEach(() => {
  for (const { behaviour } of [house, other]) {
    behaviour.claims = {};
    behaviour.token = undefined;
    behaviour.answer = undefined;
  }
});

const isSignedIn = async (visitor: Visitor): Promise<boolean> =>
  (await visitor.ask('GET', '/api/v1/session')).status === 200;

/** Why the last request was refused, for the operator. */
const lastCheck = (): unknown => {
  const { thrown } = serving.seen.at(-1) ?? {};
  return thrown instanceof Error && 'detail' in thrown
    ? (thrown.detail as { check?: string }).check
    : undefined;
};

/** Why an answer did nothing; the status, or that somebody is signed in, when it did something. */
async function refusal(answer: Answer, visitor: Visitor): Promise<unknown> {
  const check = lastCheck();
  if (answer.status !== 403) return answer.status;
  return (await isSignedIn(visitor)) ? 'signed in' : check;
}

describe('LNK-05: the answer of a provider', () => {
  test('does nothing under a state that nobody here has begun', async () => {
    const ada = visit(serving);
    const { location } = await pressButton(ada, 'house');
    const answer = house.consent(location);
    answer.set('state', 'A'.repeat(43));
    expect(await refusal(await comeBack(ada, 'house', answer), ada)).toBe('other-browser');
    answer.set('state', '../../x');
    expect(await refusal(await comeBack(ada, 'house', answer), ada)).toBe('state-malformed');
  });

  test('does nothing in another browser', async () => {
    const ada = visit(serving);
    const mallory = visit(serving);
    const answer = house.consent((await pressButton(mallory, 'house')).location);
    expect(await refusal(await comeBack(ada, 'house', answer), ada)).toBe('other-browser');
  });

  test('does nothing at the address of another provider', async () => {
    const ada = visit(serving);
    const answer = house.consent((await pressButton(ada, 'house')).location);
    expect(await refusal(await comeBack(ada, 'other', answer), ada)).toBe('attempt-forged');
  });

  test('does nothing when it names another issuer (RFC 9207)', async () => {
    const ada = visit(serving);
    const answer = house.consent((await pressButton(ada, 'house')).location);
    answer.set('iss', other.issuer);
    expect(await refusal(await comeBack(ada, 'house', answer), ada)).toBe('answer-invalid');
  });

  test('does nothing after ten minutes', async () => {
    const ada = visit(serving);
    const answer = house.consent((await pressButton(ada, 'house')).location);
    serving.clock.advance(600_000);
    expect(await refusal(await comeBack(ada, 'house', answer), ada)).toBe('expired');
  });

  test('is good once: its attempt is over, and its code is used up', async () => {
    const ada = visit(serving);
    const answer = house.consent((await pressButton(ada, 'house')).location);
    const kept = new Map(ada.cookies);
    expect((await comeBack(ada, 'house', answer)).status).toBe(303);
    const again = visit(serving);
    for (const [name, value] of kept) again.cookies.set(name, value);
    expect(await refusal(await comeBack(again, 'house', answer), again)).toBe('error-answered');
    expect([...ada.cookies.keys()].filter((name) => name.startsWith('doorward_outside'))).toEqual([]);
  });

  test('belongs to its own attempt when two are under way in one browser', async () => {
    const ada = visit(serving);
    const first = house.consent((await pressButton(ada, 'house')).location);
    const second = house.consent((await pressButton(ada, 'house')).location);
    const crossed = new URLSearchParams({ code: second.get('code') ?? '', state: first.get('state') ?? '' });
    expect(await refusal(await comeBack(ada, 'house', crossed), ada)).toBe('error-answered');
    const third = house.consent((await pressButton(ada, 'house')).location);
    expect((await comeBack(ada, 'house', first)).status).toBe(303);
    expect((await comeBack(ada, 'house', third)).status).toBe(303);
  });

  test('cannot be begun by another site', async () => {
    const answer = await visit(serving).ask('POST', '/sign-in/with/house', {
      raw: 'next=%2F',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
    });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });

  test('is kept in a cookie that scripts cannot read and that no form of another site brings', async () => {
    const { headers, location } = await pressButton(visit(serving), 'house');
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/^doorward_outside_[^=]+=.+; Path=\/; Max-Age=600; SameSite=Lax; HttpOnly$/);
    for (const name of ['state', 'nonce'])
      expect(cookie).not.toContain(`=${new URL(location).searchParams.get(name)}`);
  });
});

describe('LNK-04: an ID token is refused', () => {
  const hour = 3600;
  const now = Math.floor(Date.now() / 1000);
  test.each([
    ['for another audience', { aud: 'somebody' }],
    ['for several audiences without saying for whom', { aud: ['doorward', 'somebody'] }],
    ['for several audiences and another party', { aud: ['doorward', 'somebody'], azp: 'somebody' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that has expired', { exp: now - hour }],
    ['without an end', { exp: undefined }],
    ['that is not valid yet', { nbf: now + hour }],
    ['without a nonce', { nonce: undefined }],
    ['with another nonce', { nonce: 'another' }],
    ['without a subject', { sub: undefined }],
    ['with a number for a subject', { sub: 42 }],
    ['with a subject that cannot be shown', { sub: 'ada\u202E' }],
  ])('%s', async (_name, claims) => {
    house.behaviour.claims = claims;
    const ada = visit(serving);
    const answer = await signInWith(ada, 'house', house);
    expect(answer.status).toBe(403);
    expect(await isSignedIn(ada)).toBe(false);
  });

  test.each([
    ['without a signature', unsignedToken],
    ['by the key of another provider', (claims: object) => signedToken(other.key, claims)],
    [
      'by an algorithm of shared secrets',
      (claims: object) => signedToken(house.key, claims, { alg: 'HS256' }),
    ],
    ['whose claims were changed', (claims: object) => changed(signedToken(house.key, claims))],
  ])('%s', async (_name, token) => {
    house.behaviour.token = token;
    const ada = visit(serving);
    expect((await signInWith(ada, 'house', house)).status).toBe(403);
    expect(await isSignedIn(ada)).toBe(false);
  });

  const changed = (token: string): string => {
    const [header, claims = '', signature] = token.split('.');
    const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...read, sub: 'root' })).toString('base64url');
    return `${header}.${forged}.${signature}`;
  };
});

describe('LNK-11: a provider', () => {
  test.each([
    ['that answers with a page', (text: (type: string, body: string) => void) => text('text/html', '<p>')],
    ['that answers without end', (text) => text('application/json', `"${'x'.repeat(300_000)}"`)],
    ['that nests without end', (text) => text('application/json', '['.repeat(100_000))],
  ] satisfies [string, (text: (type: string, body: string) => void) => void][])(
    '%s lets nobody in',
    async (_name, say) => {
      house.behaviour.answer = (response) =>
        say((type, body) => response.writeHead(200, { 'content-type': type }).end(body));
      const ada = visit(serving);
      expect((await signInWith(ada, 'house', house)).status).toBe(502);
      expect(await isSignedIn(ada)).toBe(false);
    },
  );

  test('that leads elsewhere is not followed', async () => {
    house.behaviour.answer = (response) =>
      response.writeHead(307, { location: `${other.issuer}/token` }).end();
    expect((await signInWith(visit(serving), 'house', house)).status).toBe(502);
  });

  test('that says nothing is waited for five seconds', async () => {
    const asked = new Promise<void>((resolve) => {
      house.behaviour.answer = () => resolve();
    });
    const answer = signInWith(visit(serving), 'house', house);
    await asked;
    serving.clock.advance(5000);
    expect((await answer).status).toBe(502);
  });
});
