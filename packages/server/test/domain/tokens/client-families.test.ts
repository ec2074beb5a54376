import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../../src/base/clock.ts';
import { uuidv7 } from '../../../src/base/uuid.ts';
import { signUp } from '../../../src/domain/accounts/sign-up.ts';
import type { Ports } from '../../../src/domain/ports.ts';
import { signIn } from '../../../src/domain/sessions/sign-in.ts';
import type { Wire } from '../../../src/domain/tokens/carrier.ts';
import type { Handle } from '../../../src/domain/tokens/handle.ts';
import { refresh } from '../../../src/domain/tokens/refresh.ts';
import { revokeToken } from '../../../src/domain/tokens/revoke.ts';
import { type BuiltInCarrier, sessionCarriers } from '../../../src/domain/tokens/session-carriers.ts';
import { loadConfiguration } from '../../../src/program/configuration/configuration.ts';
import { type Assembly, assemble } from '../../../src/program/create-doorward.ts';
import { signingInput } from '../../../src/protocol/jwt.ts';
import { client, familyGrant } from '../../../src/store/conformance/oauth-samples.ts';
import { freshDatabase, now } from '../../store/folder.ts';

const network = '192.0.2.1';
const password = 'seven quiet herons wade';
const wire: Wire = { header: () => undefined, cookie: () => undefined, network };

/** What a client holds of a session. */
interface Held {
  readonly clientId: string;
  readonly sessionId: string;
  readonly familyId: string;
  readonly refresh: Handle;
  readonly access: Handle;
}

/** Somebody signs in by a carrier, and a client is given a family of that session. */
async function granted(ports: Ports, carrier: BuiltInCarrier): Promise<Held> {
  const { store, handles, clock } = ports;
  const claim = { identifier: 'ada', password, network, clientName: '' };
  const { session } = await signIn(ports, { ...claim, carrier: sessionCarriers[carrier] });
  const clientId = uuidv7(clock.now());
  const familyId = uuidv7(clock.now());
  const refreshHandle = handles.mint('refresh', familyId);
  const access = handles.derive('access', familyId, refreshHandle);
  await store.transact(async (tx) => {
    await tx.clients.insert({ ...client(1, now), id: clientId });
    const family = {
      id: familyId,
      sessionId: session.id,
      clientId,
      generation: 0,
      digest: refreshHandle.digest,
      priorDigest: refreshHandle.digest,
      rotatedAt: clock.now(),
      accessDigest: access.digest,
      accessExpiresAt: clock.now() + 300_000,
      priorAccessDigest: '',
      priorAccessExpiresAt: 0,
    };
    await tx.familyGrants.insert(family, { ...familyGrant(1), id: familyId });
  });
  return { clientId, sessionId: session.id, familyId, refresh: refreshHandle, access };
}

/** A JWT with all that one of ours has, made for a client. */
async function clientJwt(ports: Ports, { clientId, sessionId }: Held): Promise<string> {
  const session = await ports.store.read.sessions.find(sessionId);
  const seconds = Math.floor(ports.clock.now() / 1000);
  const key = ports.keys.active();
  const claims = {
    iss: ports.settings.issuer,
    aud: ports.settings.audience,
    sub: session?.accountId ?? '',
    sid: sessionId,
    jti: 'one',
    iat: seconds,
    exp: seconds + 300,
    auth_time: seconds,
    amr: ['pwd'],
    roles: [],
    client_id: clientId,
  };
  const input = signingInput(key.header, claims);
  return `${input}.${await key.sign(input)}`;
}

describe('what belongs to a client', () => {
  let clock: ManualClock;
  let assembly: Assembly;
  let ports: Ports;
  beforeEach(async () => {
    clock = manualClock(now);
    const { values } = loadConfiguration({ flags: { dataFolder: dirname(freshDatabase()) } });
    const hash = async (text: string): Promise<string> => `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$${text}`;
    const dangerousPasswordHash = {
      hash,
      verify: async (phc: string, text: string) => phc === (await hash(text)),
    };
    assembly = await assemble(values, { clock, port: 3000, dangerousPasswordHash });
    ports = assembly.ports;
    await signUp(ports, { username: 'ada', password, network, language: 'en' });
  });
  afterEach(() => assembly.close());

  const standing = async ({ familyId, sessionId }: Held): Promise<unknown[]> => {
    const { families, sessions, events } = ports.store.read;
    return [await families.find(familyId), (await sessions.find(sessionId))?.ended, await events.head()];
  };

  test.each([
    ['opaque', false],
    ['jwt', false],
    ['cookie', false],
    ['jwt-cookie', true],
  ] as const)(
    'a refresh token, of a session by %s, is refused at our own endpoint and nothing ends',
    async (carrier, inCookie) => {
      const held = await granted(ports, carrier);
      const before = await standing(held);
      for (const late of [0, 60_000]) {
        clock.advance(late);
        const refusal = refresh(ports, { token: held.refresh.text, inCookie, network });
        await expect(refusal).rejects.toMatchObject({
          code: 'refresh_refused',
          detail: { check: 'other-carrier', client: held.clientId, session: held.sessionId },
        });
      }
      expect(await standing(held)).toEqual(before);
    },
  );

  test('an old refresh token is refused like a live one: no theft is seen, and nothing ends', async () => {
    const held = await granted(ports, 'opaque');
    const to = { digest: 'another', rotatedAt: clock.now(), accessDigest: '', accessExpiresAt: 0 };
    const from = { id: held.familyId, generation: 0, digest: held.refresh.digest };
    for (const [generation, digest] of [
      [0, from.digest],
      [1, 'another'],
    ] as const)
      await ports.store.transact((tx) => tx.families.rotate({ ...from, generation, digest }, to));
    const before = await standing(held);
    await expect(
      refresh(ports, { token: held.refresh.text, inCookie: false, network }),
    ).rejects.toMatchObject({
      detail: { check: 'other-carrier' },
    });
    expect(await standing(held)).toEqual(before);
  });

  test('an opaque access token carries no session', async () => {
    const held = await granted(ports, 'opaque');
    expect(await sessionCarriers.opaque.check(ports, held.access.text, wire)).toMatchObject({
      refused: { check: 'other-carrier', client: held.clientId, session: held.sessionId },
    });
  });

  test.each(['jwt', 'jwt-cookie'] as const)('a JWT carries no session by %s', async (carrier) => {
    const held = await granted(ports, carrier);
    expect(await sessionCarriers[carrier].check(ports, await clientJwt(ports, held), wire)).toMatchObject({
      refused: { check: 'other-carrier', client: held.clientId, session: held.sessionId },
    });
  });

  test('no token ends its session at our own endpoint of revocation', async () => {
    const held = await granted(ports, 'jwt');
    const before = await standing(held);
    for (const token of [held.refresh.text, held.access.text, await clientJwt(ports, held)])
      await revokeToken(ports, { token, network });
    expect(await standing(held)).toEqual(before);
  });

  test('all of it ends with the session', async () => {
    const held = await granted(ports, 'opaque');
    await ports.store.transact((tx) =>
      tx.sessions.end(held.sessionId, { at: clock.now(), by: 'system', reason: 'sign-out' }),
    );
    const { families } = ports.store.read;
    expect((await families.find(held.familyId))?.session.ended).toBeDefined();
    expect((await families.findAccess(held.familyId))?.session.ended).toBeDefined();
  });
});
