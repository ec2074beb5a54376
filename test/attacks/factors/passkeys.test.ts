import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signInByIdentity } from '../../../packages/server/src/domain/sessions/sign-in-by-identity.ts';
import { sessionCarriers } from '../../../packages/server/src/domain/tokens/session-carriers.ts';
import { type Person, person, why } from '../../journeys/cast.ts';
import type { Credential, Mood } from '../../kit/authenticator.ts';
import { amrIn, prove } from '../../kit/factors.ts';
import {
  addPasskey,
  beginProof,
  beginRegistration,
  beginSignIn,
  proveBy,
  register,
  signInBy,
} from '../../kit/passkeys.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let dataFolder: string;
let ada: Person;
let credential: Credential;
let browser: Visitor;
const settings = { accessToken: 3600 };
const path = '/api/v1/account/factors/passkeys';

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'doorward-passkeys-'));
  serving = await serveHandler({ lightHashing: true, dataFolder, settings });
  ada = await person(serving, 'ada');
  credential = await addPasskey(serving, ada);
  browser = visit(serving);
});
afterEach(async () => {
  await serving.close();
  await rm(dataFolder, { recursive: true });
});

const codeOf = ({ status, json }: Answer): unknown => (status < 300 ? status : json['code']);
const signIn = (mood: Mood = {}): Promise<Answer> => signInBy(serving, browser, { credential, mood });

describe('PKY-01: a challenge', () => {
  test('is good once, whatever comes of fifty at once', async () => {
    const begun = await beginSignIn(browser);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => signInBy(serving, browser, { credential, begun })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(codeOf(await signInBy(serving, browser, { credential, begun }))).toBe('ceremony_over');
  });
  test('is good for its purpose, session and account alone', async () => {
    const forRegistration = await proveBy(serving, ada, { credential }).then(() => beginRegistration(ada));
    const forProof = await beginProof(ada);
    const forSignIn = await beginSignIn(browser);
    const eve = await person(serving, 'eve');
    const tried = [
      () => signInBy(serving, browser, { credential, begun: forProof }),
      () => signInBy(serving, browser, { credential, begun: forRegistration }),
      () => proveBy(serving, ada, { credential, begun: forSignIn }),
      () => proveBy(serving, eve, { credential, begun: forProof }),
      () => register(serving, eve, { begun: forRegistration }).then(({ answer }) => answer),
      () => register(serving, ada, { begun: forProof }).then(({ answer }) => answer),
    ];
    for (const attempt of tried) expect(codeOf(await attempt())).toBe('ceremony_over');
  });
  test('is over after five minutes', async () => {
    const begun = await beginSignIn(browser);
    serving.clock.advance(300_000);
    expect(codeOf(await signInBy(serving, browser, { credential, begun }))).toBe('ceremony_over');
  });
  test('to register is over with the session, also when the password is changed', async () => {
    await proveBy(serving, ada, { credential });
    const begun = await beginRegistration(ada);
    const body = { current_password: goodPassword, new_password: 'nine loud geese argue' };
    const changed = await ada.ask('PUT', '/api/v1/account/password', { body });
    const bearer = String(changed.json['access_token']);
    const again: Visitor = {
      ...ada,
      ask: (method, to, said) => visit(serving).ask(method, to, { bearer, ...said }),
    };
    expect(codeOf((await register(serving, again, { begun })).answer)).toBe('ceremony_over');
  });
  test('holds on another process and after a restart, and is used up there too', async () => {
    const begun = await beginSignIn(browser);
    const other = await serveHandler({ lightHashing: true, dataFolder, settings, clock: serving.clock });
    const there = visit(other);
    for (const [name, value] of browser.cookies) there.cookies.set(name, value);
    expect(codeOf(await signInBy(other, there, { credential, begun }))).toBe(201);
    expect(codeOf(await signInBy(serving, browser, { credential, begun }))).toBe('ceremony_over');
    await other.close();
  });
  test('of another ceremony is not the one', async () => {
    const first = await beginSignIn(browser);
    const second = await beginSignIn(browser);
    const mixed = { ceremony: first.ceremony, options: second.options };
    expect(codeOf(await signInBy(serving, browser, { credential, begun: mixed }))).toBe('passkey_refused');
  });
});

describe('PKY-02: origin and RP id are exactly ours', () => {
  test.each<[string, Mood]>([
    ['a subdomain', { origin: 'http://evil.localhost:3000' }],
    ['another scheme', { origin: 'https://localhost:3000' }],
    ['another port', { origin: 'http://localhost:3001' }],
    ['a suffix', { origin: 'http://localhost:3000.evil.example' }],
    ['a slash', { origin: 'http://localhost:3000/' }],
    ['letters that look alike', { origin: 'http://lоcalhost:3000' }],
    ['an app', { origin: 'android:apk-key-hash:abc' }],
    ['a frame', { clientData: { crossOrigin: true } }],
    ['a frame of a named site', { clientData: { crossOrigin: true, topOrigin: 'https://evil.example' } }],
    ['a top origin alone', { clientData: { topOrigin: 'https://evil.example' } }],
    ['another RP id', { rpId: 'evil.example' }],
  ])('%s is refused, to sign in and to register', async (_what, mood) => {
    expect(codeOf(await signIn(mood))).toBe('passkey_refused');
    await proveBy(serving, ada, { credential });
    expect(codeOf((await register(serving, ada, { mood })).answer)).toBe('passkey_refused');
  });
});

describe('PKY-03: a credential belongs to its account', () => {
  let eve: Person;
  let hers: Credential;
  beforeEach(async () => {
    eve = await person(serving, 'eve');
    hers = await addPasskey(serving, eve);
  });

  test('under the handle of another account it is refused, and so it is without any', async () => {
    for (const userHandle of [hers.userHandle, null, 'AAAA'])
      expect(codeOf(await signIn({ userHandle }))).toBe('passkey_refused');
    expect(codeOf(await signIn({ userHandle: credential.userHandle }))).toBe(201);
  });
  test('it proves no session of another account', async () => {
    expect(codeOf(await proveBy(serving, ada, { credential: hers }))).toBe('passkey_refused');
    const swapped = { ...hers, userHandle: credential.userHandle };
    expect(codeOf(await proveBy(serving, ada, { credential: swapped }))).toBe('passkey_refused');
  });
  test('a credential id that some account has is not registered again', async () => {
    await proveBy(serving, eve, { credential: hers });
    for (const credentialId of [credential.id, hers.id])
      expect(codeOf((await register(serving, eve, { mood: { credentialId } })).answer)).toBe('passkey_taken');
    expect(codeOf(await signIn())).toBe(201);
  });
  test('another key under its id signs nothing', async () => {
    const forged = { ...hers, id: credential.id, userHandle: credential.userHandle };
    expect(codeOf(await signInBy(serving, browser, { credential: forged }))).toBe('passkey_refused');
  });
});

describe('PKY-04: flags and types', () => {
  test.each<[string, Mood]>([
    ['nobody was there', { userPresent: false }],
    ['nobody was verified', { userVerified: false }],
    ['it was made for a registration', { type: 'webauthn.create' }],
    ['it says otherwise whether it may be copied', { backupEligible: false }],
    ['it was copied though it may not be', { backupEligible: false, backedUp: true }],
    ['its token binding is junk', { clientData: { tokenBinding: 'junk' } }],
    ['its signature is off by a bit', { forged: true }],
    ['it is of nobody', { credentialId: 'AQIDBA' }],
  ])('an answer where %s is refused', async (_what, mood) => {
    expect(codeOf(await signIn(mood))).toBe('passkey_refused');
    expect(codeOf(await signIn())).toBe(201);
  });
  test.each<[string, Mood]>([
    ['nobody was there', { userPresent: false }],
    ['nobody was verified', { userVerified: false }],
    ['it answers a sign-in', { type: 'webauthn.get' }],
    ['its algorithm was not offered', { algorithm: -37 }],
    ['it was copied though it may not be', { backupEligible: false, backedUp: true }],
    [
      'it brings certificates',
      { fmt: 'packed', attStmt: new Map<string, unknown>([['x5c', [new Uint8Array(8)]]]) },
    ],
    ['its attestation is of a kind of its own', { fmt: 'fido-u2f' }],
  ])('a registration where %s is refused', async (_what, mood) => {
    await proveBy(serving, ada, { credential });
    expect(codeOf((await register(serving, ada, { mood })).answer)).toBe('passkey_refused');
  });
  test('that it was copied since is noted and no reason to refuse', async () => {
    expect(codeOf(await signIn({ backedUp: true }))).toBe(201);
    const { passkeys } = (await ada.ask('GET', path)).json as { passkeys: object[] };
    expect(passkeys).toMatchObject([{ backed_up: true }]);
  });
});

describe('PKY-06: adding and removing takes a strong proof', () => {
  const changes = {
    adds: () => ada.ask('POST', '/api/v1/account/factors/passkey-options'),
    removes: async () => {
      const { passkeys } = (await ada.ask('GET', path)).json as { passkeys: { id: string }[] };
      return ada.ask('DELETE', `${path}/${passkeys[0]?.id}`);
    },
  };
  test.each(['adds', 'removes'] as const)('a stolen session %s none', async (name) => {
    expect(codeOf(await changes[name]())).toBe('proof_too_weak');
    expect(codeOf(await prove(ada, { password: goodPassword }))).toBe('second_factor_required');
    await proveBy(serving, ada, { credential });
    serving.clock.advance(301_000);
    expect(codeOf(await changes[name]())).toBe('proof_too_old');
    await proveBy(serving, ada, { credential });
    expect((await changes[name]()).status).toBe(200);
  });
  test('the last way in stays', async () => {
    const bare = await makeBare(serving);
    const removed = await bare.ask('DELETE', `${path}/${bare.passkey}`);
    expect([removed.status, removed.json['code']]).toEqual([409, 'last_way_in']);
  });
  test('other sessions that were proven by a passkey are over, and others are not', async () => {
    const signedIn = await signIn();
    const bearer = String(signedIn.json['access_token']);
    await proveBy(serving, ada, { credential });
    expect((await changes.removes()).status).toBe(200);
    expect((await visit(serving).ask('GET', '/api/v1/session', { bearer })).status).toBe(401);
    const session = await ada.ask('GET', '/api/v1/session');
    expect([session.status, amrIn(session)]).toEqual([200, ['pop']]);
  });
});

/** Somebody who came by an outside provider that is not trusted any more, and has a passkey alone. */
async function makeBare(at: Serving): Promise<Visitor & { passkey: string }> {
  const { ports } = at.assembly;
  const outside = {
    issuer: 'https://gone.example',
    subject: 'bo',
    label: 'Bo',
    name: 'Bo',
    email: undefined,
  };
  const { signedIn } = await signInByIdentity(ports, {
    outside,
    carrier: sessionCarriers.opaque,
    network: '203.0.113.9',
    language: 'en',
    replaces: [],
    browser: '',
    wish: { identifier: '', authorization: '', next: '/' },
  });
  const bearer = signedIn?.delivery.tokens?.access_token ?? '';
  const visitor = visit(at);
  const bare: Visitor = {
    ...visitor,
    ask: (method, to, said) => visitor.ask(method, to, { bearer, ...said }),
  };
  const made = await addPasskey(at, bare);
  await proveBy(at, bare, { credential: made });
  const { passkeys } = (await bare.ask('GET', path)).json as { passkeys: { id: string }[] };
  return { ...bare, passkey: String(passkeys[0]?.id) };
}

test('PKY-07: options to sign in name nobody and nothing', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    const { options } = await beginSignIn(visit(serving));
    expect(options).toMatchObject({ rpId: 'localhost', allowCredentials: [], userVerification: 'required' });
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32);
  }
});

describe('PKY-08: a count that does not go forward', () => {
  beforeEach(async () => {
    await signIn({ counter: 5 });
  });
  const clones = () =>
    serving.assembly.ports.store.read.events.list({ after: 0, limit: 99, type: 'passkey.cloned' });

  test.each([5, 4, 0])('at %i after 5 is told and refused', async (counter) => {
    const refused = await signIn({ counter });
    expect(codeOf(refused)).toBe('passkey_refused');
    expect(why(serving, refused).detail).toMatchObject({ check: 'passkey-counter', counter, last: 5 });
    expect(await clones()).toHaveLength(1);
    expect(codeOf(await signIn({ counter: 6 }))).toBe(201);
  });
  test('is not believed without the signature', async () => {
    expect(codeOf(await signIn({ counter: 1, forged: true }))).toBe('passkey_refused');
    expect(await clones()).toEqual([]);
  });
  test('may stay at zero', async () => {
    const eve = await person(serving, 'eve');
    const hers = await addPasskey(serving, eve);
    for (let turn = 0; turn < 3; turn += 1)
      expect(codeOf(await signInBy(serving, browser, { credential: hers }))).toBe(201);
  });
});
