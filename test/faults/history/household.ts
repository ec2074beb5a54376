/** Makes households ready, and lets chance decide what their members do next. */

import { systemClock } from '../../../packages/server/src/base/clock.ts';
import { uuidv7 } from '../../../packages/server/src/base/uuid.ts';
import type { Client } from '../../../packages/server/src/domain/clients/client.ts';
import { callback, challenge } from '../../kit/clients.ts';
import { goodPassword } from '../../kit/visitor.ts';
import type { Chance } from '../chance.ts';
import type { Place } from '../ways.ts';
import { expectOf } from '../work.ts';
import { type Actor, type Household, type KnownSession, perform } from './client.ts';
import type { Deed } from './deeds.ts';

const scopes = ['openid', 'offline_access'];

/** A client of the operator's own, without a secret; its codes are the one-time artefacts. Returns its id. */
export async function makeProgram(place: Place): Promise<string> {
  const now = systemClock.now();
  const client: Client = {
    id: uuidv7(now),
    name: 'Example App',
    status: 'active',
    madeBy: 'operator',
    application: 'web',
    authentication: 'none',
    redirectUris: [callback],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes,
    firstParty: true,
    requirePkce: true,
    requirePushedRequests: false,
    dpopBound: false,
    accessTokenFormat: 'opaque',
    idTokenAlgorithm: 'EdDSA',
    subjectType: 'public',
    contacts: [],
    createdAt: now,
    updatedAt: now,
  };
  await place.inspect((store) => store.transact((tx) => tx.clients.insert(client)));
  return client.id;
}

/** An empty household. */
export const emptyHousehold = (name: string, clientId: string): Household => ({
  email: `${name}@example.com`,
  victim: `${name}-victim@example.com`,
  clientId,
  passwords: [goodPassword],
  sessions: [],
  keys: [],
  codes: [],
});

/** Signs the household up and in, and gives it keys and codes; nothing breaks meanwhile. */
export async function settleIn(actor: Actor): Promise<void> {
  const { household, line } = actor;
  const { email, victim } = household;
  for (const address of [email, victim])
    expectOf(
      address,
      (await perform(actor, { does: 'sign-up', email: address, password: goodPassword }, 0))?.status,
      201,
    );
  for (const carrier of ['opaque', 'jwt'] as const)
    await perform(actor, { does: 'sign-in', email, password: goodPassword, carrier }, 0);
  const bearer = household.sessions[0]?.access[0] ?? '';
  for (const name of ['one', 'other']) {
    const made = await line.ask(0, ['POST', '/api/v1/account/api-keys'], {
      bearer,
      body: { name, scopes: ['account:read'] },
    });
    expectOf(email, made.status, 201);
    household.keys.push({ key: String(made.json['api_key']), id: String(made.json['id']) });
  }
  const { cookie } = await line.ask(0, ['POST', '/api/v1/sessions'], {
    body: { identifier: email, password: goodPassword },
  });
  for (let count = 0; count < 2; count += 1) household.codes.push(await codeFor(actor, cookie));
}

async function codeFor({ household, line }: Actor, cookie: string): Promise<string> {
  const query = new URLSearchParams({
    client_id: household.clientId,
    response_type: 'code',
    redirect_uri: callback,
    scope: scopes.join(' '),
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const { status, location } = await line.ask(0, ['GET', `/oauth/authorize?${query.toString()}`], {
    headers: { cookie },
  });
  const code = new URL(location).searchParams.get('code');
  expectOf(location, [status, typeof code], [303, 'string']);
  return code ?? '';
}

type Chooser = (household: Household, chance: Chance) => Deed | undefined;

const pick = <T>(list: readonly T[], chance: Chance): T | undefined =>
  list[chance.between(0, list.length - 1)];

const onSession =
  (make: (known: KnownSession, chance: Chance) => Deed): Chooser =>
  ({ sessions }, chance) => {
    // The youngest ones are the most likely to be alive.
    const known = pick(sessions.slice(-6), chance);
    return known && make(known, chance);
  };

/** What is done, and how often among a hundred. */
const choices: readonly (readonly [often: number, Chooser])[] = [
  [
    28,
    onSession(({ session, access }, chance) => ({
      does: 'check',
      session,
      access: pick(access.slice(-3), chance) ?? '',
    })),
  ],
  [30, onSession(({ session, refresh }) => ({ does: 'refresh', session, refresh: refresh.at(-1) ?? '' }))],
  [
    2,
    onSession(({ session, refresh }, chance) => ({
      does: 'refresh',
      session,
      refresh: pick(refresh, chance) ?? '',
    })),
  ],
  [6, onSession(({ session, access }) => ({ does: 'end', session, access: access.at(-1) ?? '' }))],
  [
    12,
    ({ email, passwords }, chance) => ({
      does: 'sign-in',
      email,
      password: passwords[0] ?? '',
      carrier: chance.between(0, 1) === 0 ? 'opaque' : 'jwt',
    }),
  ],
  [
    2,
    ({ email, passwords }) => ({
      does: 'sign-in',
      email,
      password: passwords.at(-1) ?? '',
      carrier: 'opaque',
    }),
  ],
  [
    3,
    ({ email, passwords, sessions }, chance) => ({
      does: 'change',
      email,
      from: passwords[0] ?? '',
      to: `${goodPassword} and wade ${chance.between(1, 1_000_000)}`,
      access: sessions.at(-1)?.access.at(-1) ?? '',
    }),
  ],
  [5, ({ keys }, chance) => ({ does: 'use-key', key: pick(keys, chance)?.key ?? '' })],
  [
    1,
    ({ keys, sessions }, chance) => {
      const named = pick(keys, chance);
      return named && { does: 'end-key', ...named, access: sessions.at(-1)?.access.at(-1) ?? '' };
    },
  ],
  [4, ({ codes }, chance) => ({ does: 'redeem', code: pick(codes, chance) ?? '' })],
  [7, ({ victim }) => ({ does: 'guess', email: victim })],
];

/** What a member of the household does next. */
export function nextDeed(household: Household, chance: Chance): Deed {
  let number = chance.between(1, 100);
  for (const [often, choose] of choices) {
    number -= often;
    if (number > 0) continue;
    const deed = choose(household, chance);
    if (deed) return deed;
  }
  return { does: 'guess', email: household.victim };
}
