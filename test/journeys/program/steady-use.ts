/**
 * Use of every kind: what people and programs do, and what they leave behind half done. Each kind does the same at every
 * turn, so that a server under all of them should hold as much tomorrow as it does today.
 */
import { invite } from '../../../packages/server/src/domain/accounts/invite.ts';
import { rotateSecret } from '../../../packages/server/src/domain/clients/client-secrets.ts';
import { offerRegistration } from '../../../packages/server/src/domain/clients/offer-registration.ts';
import { rotateKeys } from '../../../packages/server/src/domain/keys/rotate-keys.ts';
import { operator } from '../../../packages/server/src/program/verbs.ts';
import { authorizeAt, callback, decide, requestOf, type TestClient, waitingAt } from '../../kit/clients.ts';
import { addTotp, trySignIn } from '../../kit/factors.ts';
import { fillForm, openPage } from '../../kit/page-forms.ts';
import { register } from '../../kit/passkeys.ts';
import type { Serving } from '../../kit/serving.ts';
import { askAs, tokensOf } from '../../kit/tokens.ts';
import { type Answer, goodPassword, member, signIn, visit } from '../../kit/visitor.ts';
import { apiKey, bearing, device, type Person, person, refreshBy } from '../cast.ts';
import { askTokens, type ClientKey, clientKey, program, proof } from '../oauth/cast.ts';
import { decideAbout, typeCode, waitingDevice } from '../oauth/device-cast.ts';

/** Who takes part in every turn. */
interface Cast {
  readonly serving: Serving;
  readonly regular: Person;
  /** A client that asks for consent. */
  readonly app: TestClient;
  /** One that wants to be told of sign-outs. */
  readonly silent: TestClient;
  /** One that acts for itself, by its secret and its key. */
  readonly machine: TestClient;
  readonly key: ClientKey;
}

/** One kind of use; turns count from 0. */
type Kind = (cast: Cast, turn: number) => Promise<void>;

/** Fails with the answer unless it has one of these statuses. */
function expectStatus({ status, text }: Answer, ...wanted: readonly number[]): void {
  if (!wanted.includes(status)) throw new Error(`answered ${status}: ${text.slice(0, 500)}`);
}

/** Accounts come, add a factor each, are remembered by a browser, and are closed by their owners. */
const wholeLives: Kind = async ({ serving }, turn) => {
  const [one, other] = [await person(serving, `one-${turn}`), await person(serving, `other-${turn}`)];
  const totp = await addTotp(serving, one);
  const { answer } = await register(serving, other);
  expectStatus(answer, 201);
  const browser = visit(serving);
  const first = await fillForm(browser, await openPage(browser, '/sign-in'), [
    'sign-in',
    { identifier: one.email, password: goodPassword },
  ]);
  await fillForm(browser, first, ['second-step', { totp: totp.code(), remember: 'yes' }]);
  for (const owner of [browser, other])
    expectStatus(await owner.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } }), 202);
};

/** One session is left behind, one is refreshed by tokens and signed out, one by JWT. */
const sessionsOfOne: Kind = async ({ serving, regular }) => {
  await signIn(visit(serving), regular.email);
  for (const carrier of ['opaque', 'jwt']) {
    const there = await device(serving, regular, { carrier });
    const refreshed = await refreshBy(serving, there.refresh);
    expectStatus(refreshed, 200);
    const access = member(refreshed.json, 'access_token');
    expectStatus(
      await bearing(visit(serving, { program: true }), access).ask('DELETE', '/api/v1/session'),
      204,
    );
  }
};

/** Passwords are guessed, of somebody and of nobody, and a sign-in is left after its first step. */
const strangers: Kind = async ({ serving, regular }, turn) => {
  for (const identifier of [regular.email, `nobody-${turn}@example.com`]) {
    const guess = await trySignIn(visit(serving, { peer: `198.51.100.${turn % 250}` }), identifier, {
      password: 'not this one',
    });
    expectStatus(guess, 401, 429);
  }
  const browser = visit(serving);
  await fillForm(browser, await openPage(browser, '/sign-in'), ['sign-in', { identifier: regular.email }]);
};

/** A key that is ended and one that expires; an authenticator that nobody confirms. */
const keysAndDrafts: Kind = async ({ serving, regular }) => {
  const owner = await device(serving, regular);
  const { id } = await apiKey(owner, ['account:read']);
  expectStatus(await owner.ask('DELETE', `/api/v1/account/api-keys/${id}`), 204);
  await apiKey(owner, ['account:read'], { expires_in: 3600 });
  expectStatus(await owner.ask('POST', '/api/v1/account/factors/totp'), 201);
};

/** Mails are asked for and not answered. */
const mails: Kind = async ({ serving, regular }, turn) => {
  const body = { email: regular.email };
  const reset = await visit(serving).ask('POST', '/api/v1/password-resets', { body });
  expectStatus(reset, 202, 429);
  await invite(serving.assembly.ports, operator, {
    email: `invited-${turn}@example.com`,
    roles: [],
    language: 'en',
  });
};

/** A client asks by a pushed request, at an address that nobody follows, and by one that somebody allows and takes back. */
const consents: Kind = async ({ serving, regular, app }) => {
  const fields = Object.fromEntries(new URLSearchParams(requestOf(app)));
  expectStatus(await askAs(serving, app, { path: '/oauth/par', fields }), 201);
  await authorizeAt(visit(serving), app);
  const browser = visit(serving);
  await signIn(browser, regular.email);
  const request = { scope: 'openid offline_access reports:read' };
  const asked = await authorizeAt(browser, app, request);
  const { account } = regular;
  // Its code is never redeemed.
  await decide(browser, { authorization: waitingAt(asked), decision: 'allow', account });
  const given = await tokensOf(serving, app, { browser, request });
  const fieldsOfRefresh = { grant_type: 'refresh_token', refresh_token: given.refresh };
  expectStatus(await askAs(serving, app, { path: '/oauth/token', fields: fieldsOfRefresh }), 200);
  expectStatus(await browser.ask('DELETE', `/api/v1/account/grants/${app.id}`), 204);
};

/** Whoever was at a client signs out, and the client is nowhere to be told. */
const signOuts: Kind = async ({ serving, regular, silent }) => {
  const browser = visit(serving);
  await signIn(browser, regular.email);
  await tokensOf(serving, silent, { browser });
  expectStatus(await browser.ask('DELETE', '/api/v1/session'), 204);
};

/** One device waits for nobody, another for somebody who allows it. */
const devices: Kind = async ({ serving, regular, app }) => {
  await waitingDevice(serving, app);
  const second = await waitingDevice(serving, app);
  const browser = visit(serving);
  await signIn(browser, regular.email);
  await typeCode(browser, second.userCode);
  await decideAbout(browser, second.userCode, 'allow');
  serving.clock.advance(5000);
  expectStatus(await second.poll(), 200);
};

/** A client acts for itself, with a proof of its key, and gets another secret. */
const machines: Kind = async ({ serving, machine, key }) => {
  const fields = { grant_type: 'client_credentials' };
  const rotated = await rotateSecret(serving.assembly.ports, operator, { clientId: machine.id });
  const as = { ...machine, secret: rotated.text };
  const first = await askTokens(serving, { fields, as, headers: { dpop: proof(serving, key) } });
  const nonce = first.headers.get('dpop-nonce') ?? '';
  expectStatus(
    await askTokens(serving, { fields, as, headers: { dpop: proof(serving, key, { nonce }) } }),
    200,
  );
};

/** Programs register themselves and are never used; a token for that is left over. */
const registrations: Kind = async ({ serving }) => {
  await offerRegistration(serving.assembly.ports, operator, { uses: 1, expiresIn: 3600 });
  const offered = await offerRegistration(serving.assembly.ports, operator, { uses: 1, expiresIn: 3600 });
  const body = { redirect_uris: [callback], client_name: 'Notes' };
  const there = visit(serving, { program: true });
  expectStatus(await there.ask('POST', '/oauth/register', { body, bearer: offered.text }), 201);
};

/** Signing keys are rotated by hand. */
const rotations: Kind = async ({ serving }) => {
  const { store, vault, settings, clock, keys } = serving.assembly.ports;
  await rotateKeys({ store, vault, settings, now: clock.now() }, { actor: 'operator', force: true });
  await keys.reload();
};

const kinds: readonly Kind[] = [
  wholeLives,
  sessionsOfOne,
  strangers,
  keysAndDrafts,
  mails,
  consents,
  signOuts,
  devices,
  machines,
  registrations,
  rotations,
];

/** Makes a cast; the result does one turn of everything. */
export async function steadyUse(serving: Serving): Promise<(turn: number) => Promise<void>> {
  const cast: Cast = {
    serving,
    regular: await person(serving, 'regular'),
    app: await program(serving),
    silent: await program(serving, {
      firstParty: true,
      backchannelLogoutUri: 'https://127.0.0.1:1/signed-out',
    }),
    machine: await program(serving, { accessTokenFormat: 'opaque', dpopBound: true }),
    key: clientKey(),
  };
  return async (turn) => {
    for (const kind of kinds) await kind(cast, turn);
  };
}
