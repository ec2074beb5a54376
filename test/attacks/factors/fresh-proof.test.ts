/** What of one's own account is changed by a fresh and whole proof alone: read off the route table, for programs and for pages. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../../packages/server/src/http/route.ts';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { centrePaths, proofBefore } from '../../../packages/server/src/pages/words/account-centre.ts';
import { addTotp, prove } from '../../kit/factors.ts';
import { bodyOf, changes, makeWorld, nameOf, pathOf, said, type World } from '../web/rows.ts';

/** What anybody may do who holds a session, and why. */
const open: ReadonlySet<string> = new Set([
  // The current password is asked for.
  'PUT /api/v1/account/password',
  'POST /account/password',
  // So it is here, where there is one.
  'DELETE /api/v1/account',
  // The code of a mail that took a fresh proof.
  'POST /api/v1/account/email/confirm',
  // Proving it.
  'POST /api/v1/session/proof/options',
  'POST /api/v1/session/proof',
  'POST /account/proof',
  'POST /account/proof/passkey',
  // What takes something away that was let in.
  'DELETE /api/v1/session',
  'DELETE /api/v1/account/sessions',
  'DELETE /api/v1/account/sessions/:id',
  'DELETE /api/v1/account/devices/:id',
  'DELETE /api/v1/account/api-keys/:id',
  'DELETE /api/v1/account/grants/:client',
  'POST /account/sessions/end',
  'POST /account/sessions/end-others',
  'POST /account/factors/browsers/forget',
  'POST /account/applications/withdraw',
  'POST /account/api-keys/end',
  // What something is called.
  'POST /account/names',
  'POST /account/passkeys/rename',
]);

/** What a row may miss before it asks who proved what: of these rows, tests of their own show that they do. */
const missed: readonly unknown[] = ['not_found', 'ceremony_over', 'passkey_refused', 'password_exists'];

const rows = routes.filter((route) => route.access.who === 'session' && changes(route));
const guarded = rows.filter((route) => !open.has(nameOf(route)));
const cases = guarded.map((route) => [nameOf(route), route] as const);

let world: World;
beforeAll(async () => {
  world = await makeWorld({ settings: { accessToken: 3600 } });
  return () => world.serving.close();
});

test('the list names rows that are there', () => {
  expect([...open].filter((name) => !rows.some((route) => nameOf(route) === name))).toEqual([]);
});

test.each(cases)('%s says that it asks for it', (_name, { failures, formOf }) => {
  expect(failures).toEqual(expect.arrayContaining(['proof_too_old', 'proof_too_weak']));
  // A form leads to the page of a proof, and that back to a page of the account.
  if (formOf !== undefined) expect(Object.values<string>(centrePaths)).toContain(formOf);
});

const send = (route: Route, headers: Readonly<Record<string, string>> = {}) => {
  const { owner, named } = world;
  const sent = said(route, bodyOf(route));
  return owner.ask(route.method, pathOf(route, named, owner.account), {
    ...sent,
    headers: { ...sent.headers, ...headers },
  });
};

describe.each([
  ['SES-20: the proof is old', 'proof_too_old'],
  ['MFA-08: the proof is weaker than the account', 'proof_too_weak'],
])('%s', (_when, code) => {
  beforeAll(async () => {
    if (code === 'proof_too_old') return world.serving.clock.advance(6 * 60_000);
    await prove(world.owner, { password: 'seven quiet herons wade' });
    await addTotp(world.serving, world.owner);
  });

  test.each(cases)('%s is refused', async (_name, route) => {
    const refused = await send(route);
    expect([code, ...missed]).toContain(refused.json['code']);
    if (route.formOf === undefined || missed.includes(refused.json['code'])) return;
    const led = await send(route, { accept: 'text/html' });
    expect([led.status, led.headers.get('location')]).toEqual([303, proofBefore(route.formOf)]);
  });
});
