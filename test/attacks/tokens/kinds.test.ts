/** Attacks by confusion: a token of one kind at the door of another, in another place, or for somebody else. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { offerSetUp, useSetUp } from '../../../packages/server/src/domain/accounts/set-up.ts';
import { isFailure } from '../../../packages/server/src/domain/failures.ts';
import {
  apiKey,
  device,
  otherPassword,
  type Person,
  person,
  refreshBy,
  statusOf,
} from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, visit } from '../../kit/visitor.ts';

let serving: Serving;
let ada: Person;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada');
});
afterEach(() => serving.close());

const program = (): ReturnType<typeof visit> => visit(serving, { program: true });

/** One of every kind of credential and of what could be mistaken for one; none of them is worn out by a look. */
async function everyKind(): Promise<Record<string, string>> {
  const cookie = await device(serving, ada, { carrier: 'cookie' });
  const opaque = await device(serving, ada);
  const jwt = await device(serving, ada, { carrier: 'jwt' });
  const jwtCookie = await device(serving, ada, { carrier: 'jwt-cookie' });
  const claims = JSON.parse(Buffer.from(jwt.access.split('.')[1] ?? '', 'base64url').toString()) as {
    jti: string;
  };
  return {
    'session cookie': cookie.cookies.get('doorward_session') ?? '',
    'opaque access': opaque.access,
    'opaque refresh': opaque.refresh,
    'jwt access': jwt.access,
    'jwt refresh': jwt.refresh,
    'jwt-cookie access': jwtCookie.cookies.get('doorward_token') ?? '',
    'jwt-cookie refresh': jwtCookie.cookies.get('doorward_refresh') ?? '',
    'api key': (await apiKey(ada, ['account:read'])).text,
    'set-up link': await offerSetUp(serving.assembly.ports),
    'decision id': String((await program().ask('GET', '/api/v1/session')).json['decision']),
    'account id': ada.account,
    'session id': opaque.session,
    'jwt id': claims.jti,
    password: otherPassword,
  };
}

type Door = (token: string) => Promise<boolean>;
const account = '/api/v1/account';

/** Every door that takes a credential, and the kinds that it is for. */
const doors: Record<string, { for: string[]; open: Door }> = {
  'bearer header': {
    for: ['opaque access', 'jwt access', 'api key'],
    open: async (bearer) => (await program().ask('GET', account, { bearer })).status === 200,
  },
  'bearer header, where a session is asked for': {
    for: ['opaque access', 'jwt access'],
    open: async (bearer) => (await program().ask('GET', '/api/v1/session', { bearer })).status === 200,
  },
  'session cookie': { for: ['session cookie'], open: (token) => byCookie('doorward_session', token) },
  'token cookie': { for: ['jwt-cookie access'], open: (token) => byCookie('doorward_token', token) },
  'refresh cookie as a credential': { for: [], open: (token) => byCookie('doorward_refresh', token) },
  'refresh in the body': {
    for: ['opaque refresh', 'jwt refresh'],
    open: async (token) => (await refreshBy(serving, token.slice(0, 200))).status === 200,
  },
  'refresh in the cookie': {
    for: ['jwt-cookie refresh'],
    open: async (token) => {
      const headers = { cookie: `doorward_refresh=${token}` };
      return (await visit(serving).ask('POST', '/api/v1/tokens/refresh', { headers })).status === 200;
    },
  },
  'Basic header': {
    for: [],
    open: async (token) => {
      const authorization = `Basic ${Buffer.from(`${ada.email}:${token}`).toString('base64')}`;
      return (await program().ask('GET', account, { headers: { authorization } })).status === 200;
    },
  },
  'set-up link': {
    for: ['set-up link'],
    open: async (link) => {
      const draft = { link, email: `root${link.length}@example.com`, password: goodPassword, network: '::1' };
      return useSetUp(serving.assembly.ports, draft).then(
        () => true,
        (thrown: unknown) => {
          if (isFailure(thrown)) return false;
          throw thrown;
        },
      );
    },
  },
};

async function byCookie(name: string, token: string): Promise<boolean> {
  const headers = { cookie: `${name}=${encodeURI(token)}` };
  return (await visit(serving).ask('GET', '/api/v1/session', { headers })).status === 200;
}

test.each(Object.entries(doors))(
  'TOK-14: at the door "%s" only the kind it is for succeeds',
  async (_name, door) => {
    const opened: string[] = [];
    for (const [kind, token] of Object.entries(await everyKind()))
      if (await door.open(token)) opened.push(kind);
    expect(opened).toEqual(door.for);
    expect(serving.reported).toEqual([]);
  },
);

describe('TOK-15: tokens in the query are no credentials, and appear in no log', () => {
  test.each(['access_token', 'token', 'session', 'api_key', 'doorward_session'])('?%s=', async (name) => {
    for (const token of Object.values(await everyKind())) {
      const answer = await program().ask('GET', `${account}?${name}=${encodeURIComponent(token)}`);
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(token);
      expect(JSON.stringify(serving.seen.at(-1))).not.toContain(token);
    }
  });

  test('nor do they count in a body or another header', async () => {
    const headers = { 'x-access-token': ada.access, 'proxy-authorization': `Bearer ${ada.access}` };
    expect((await program().ask('GET', account, { headers })).status).toBe(401);
    const body = { access_token: ada.access, name: 'X' };
    expect((await program().ask('PATCH', account, { body })).status).toBe(401);
    const two = { authorization: `Bearer ${ada.access}, Bearer ${ada.access}` };
    expect((await program().ask('GET', account, { headers: two })).status).toBe(401);
  });
});

describe('TOK-16: an API key cannot be made for somebody else, or by nobody', () => {
  const path = '/api/v1/account/api-keys';
  const good = { name: 'x', scopes: ['account:read'] };

  test('without a session there is no key', async () => {
    for (const body of [good, { ...good, account_id: ada.account }])
      expect((await program().ask('POST', path, { body })).status).toBe(401);
  });

  test('fields of the server are refused by name, not ignored', async () => {
    const eve = await person(serving, 'eve');
    for (const field of [
      'account_id',
      'accountId',
      'userId',
      'account',
      'id',
      'digest',
      'created_at',
      'used_at',
      'permissions',
      'hint',
    ]) {
      const answer = await eve.ask('POST', path, { body: { ...good, [field]: ada.account } });
      expect([field, answer.status]).toEqual([field, 400]);
      expect(answer.json['errors']).toMatchObject([{ field }]);
    }
    expect((await ada.ask('GET', path)).json['api_keys']).toEqual([]);
    const own = await apiKey(eve, ['account:read']);
    const known = await program().ask('GET', account, { bearer: own.text });
    expect(known.json['id']).toBe(eve.account);
  });

  test('a key never reaches further than its account, whatever scopes it claims', async () => {
    const key = await apiKey(ada, [
      'doorward:accounts:write',
      'doorward:keys:write',
      'admin',
      'account:read',
    ]);
    for (const where of ['/api/v1/admin/accounts', '/api/v1/admin/keys', '/metrics'])
      expect((await program().ask('GET', where, { bearer: key.text })).status).toBe(403);
  });
});

describe('TOK-11: the revocation endpoint tells the truth', () => {
  const revoke = (token: string): Promise<number> =>
    program()
      .ask('POST', '/api/v1/tokens/revoke', { body: { token } })
      .then(({ status }) => status);

  test('whatever it says 204 to is not accepted any more, anywhere', async () => {
    for (const [kind, token] of Object.entries(await everyKind())) {
      const status = await revoke(token);
      if (['set-up link', 'password'].includes(kind)) continue;
      expect([kind, status]).toEqual([kind, 204]);
      for (const [name, { open }] of Object.entries(doors))
        if (name !== 'set-up link') expect([kind, name, await open(token)]).toEqual([kind, name, false]);
    }
  });

  test('a refresh token takes its access token and its session along; others are untouched', async () => {
    const other = await device(serving, ada);
    expect(await revoke(ada.refresh)).toBe(204);
    expect([await statusOf(serving, ada.access), await statusOf(serving, other.access)]).toEqual([401, 200]);
    const session = await serving.assembly.ports.store.read.sessions.find(ada.session);
    expect(session?.ended).toMatchObject({ reason: 'sign-out', by: ada.account });
  });

  test('unknown, forged and used tokens are answered alike, and change nothing', async () => {
    const next = await refreshBy(serving, ada.refresh);
    const last = await refreshBy(serving, String(next.json['refresh_token']));
    const before = await serving.assembly.ports.store.rowCounts();
    for (const token of [
      'x',
      '',
      'a.b.c',
      ada.refresh,
      `${ada.refresh}x`,
      `dw_ak_${'A'.repeat(72)}`,
      'y'.repeat(4096),
    ])
      expect([token, await revoke(token)]).toEqual([token, 204]);
    expect(await serving.assembly.ports.store.rowCounts()).toEqual(before);
    expect(await statusOf(serving, String(last.json['access_token']))).toBe(200);
  });
});

describe('one-time links', () => {
  const draft = (i: number): { email: string; password: string; network: string } => ({
    email: `root${i}@example.com`,
    password: goodPassword,
    network: '192.0.2.1',
  });

  test('TOK-20: a set-up link is used once, by fifty at once over two servers', async () => {
    const { dataFolder, clock } = serving;
    const other = await serveHandler({ lightHashing: true, dataFolder, clock });
    for (let round = 0; round < 5; round++) {
      const link = await offerSetUp(serving.assembly.ports);
      const uses = Array.from({ length: 50 }, (_, i) =>
        useSetUp((i % 2 ? other : serving).assembly.ports, { link, ...draft(round * 100 + i) }),
      );
      const settled = await Promise.allSettled(uses);
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const one of settled)
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'set_up_link_invalid' });
    }
    await other.close();
  });

  test('TOK-21: a refused password does not use the link up; its replacement and its time do', async () => {
    const { ports } = serving.assembly;
    const first = await offerSetUp(ports);
    const poor = useSetUp(ports, { link: first, ...draft(1), password: 'password' });
    await expect(poor).rejects.toMatchObject({ code: 'password_common' });
    const second = await offerSetUp(ports);
    const replaced = useSetUp(ports, { link: first, ...draft(1) });
    await expect(replaced).rejects.toMatchObject({ code: 'set_up_link_invalid' });
    serving.clock.advance(1_800_000);
    const late = useSetUp(ports, { link: second, ...draft(1) });
    await expect(late).rejects.toMatchObject({ code: 'set_up_link_invalid' });
    const third = await offerSetUp(ports);
    serving.clock.advance(1_799_999);
    expect((await useSetUp(ports, { link: third, ...draft(1) })).roles).toEqual(['admin']);
  });
});
