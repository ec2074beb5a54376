import { describe, expect, test, vi } from 'vitest';
import { createAnswer, type Verdict } from '../src/answer.ts';
import { type GuardFailureCode, guardFailures, type Refusal, refuse } from '../src/failure.ts';
import type { Principal } from '../src/principal.ts';
import { Unanswered } from '../src/remote/issuer.ts';
import type { GuardRequest } from '../src/request.ts';
import { type Requirement, requireRecent, requireRole, requireScope } from '../src/requirements.ts';
import { issuer, now, request } from './forge.ts';

const principal: Principal = {
  accountId: 'account-1',
  sessionId: 'session-1',
  carrier: 'jwt',
  clientId: undefined,
  roles: ['support'],
  scopes: ['orders:read'],
  provenAt: now - 600,
  amr: ['pwd'],
  expiresAt: now + 60,
};
const report = vi.fn<(thrown: unknown) => void>();
const count = vi.fn<(outcome: string) => void>();

type Prove = (request: GuardRequest) => Principal | Refusal | Promise<Principal | Refusal>;

const answering = (
  prove: Prove,
  { basic = false, asks = [] as readonly Requirement[] } = {},
): Promise<Verdict> =>
  createAnswer({ prove, now: () => now, report, count, realm: issuer, basic })(request(), asks);

const told = async (refusal: Refusal, basic = false) => (await answering(() => refusal, { basic })).failure;

test('a principal that meets all requirements passes', async () => {
  const asks = [requireScope('orders:read'), requireRole('support'), requireRecent(600)];
  expect(await answering(() => principal, { asks })).toEqual({ principal });
  expect(count).toHaveBeenLastCalledWith('passed');
});

test.each([
  [requireScope('orders:write'), 'scope_missing'],
  [requireRole('admin'), 'role_missing'],
  [requireRecent(599), 'proof_too_old'],
] as const)('the first requirement that is not met is told: %#', async (requirement, code) => {
  const { failure, principal: nobody } = await answering(() => principal, {
    asks: [requirement, requireRole('other')],
  });
  expect([failure?.code, nobody]).toEqual([code, undefined]);
  expect(count).toHaveBeenLastCalledWith(code);
});

describe('challenges (RFC 6750 §3, RFC 9470 §3)', () => {
  const realm = `Bearer realm="${issuer}"`;
  const invalid = `${realm}, error="invalid_token", error_description="The credential is not valid, or not any more."`;

  test.each([
    [refuse('credentials_missing', 'x'), 401, realm],
    [refuse('credentials_invalid', 'x'), 401, invalid],
    [
      refuse('request_malformed', 'x'),
      400,
      `${realm}, error="invalid_request", error_description="The credential in this request cannot be read."`,
    ],
    [
      refuse('scope_missing', 'x', { scopes: ['a:b', 'c'] }),
      403,
      `${realm}, error="insufficient_scope", error_description="The credential does not permit this.", scope="a:b c"`,
    ],
    [
      refuse('proof_too_old', 'x', { maxAge: 300 }),
      401,
      `${realm}, error="insufficient_user_authentication", error_description="This needs a more recent sign-in.", max_age="300"`,
    ],
    [refuse('role_missing', 'x'), 403, undefined],
    [refuse('origin_refused', 'x'), 403, undefined],
    [refuse('attempts_exhausted', 'x', { retryAfter: 9 }), 429, undefined],
    [refuse('server_unavailable', 'x'), 503, undefined],
  ] as const)('%j', async (refusal, status, challenge) => {
    const failure = await told(refusal);
    expect([failure?.status, failure?.headers['www-authenticate']]).toEqual([status, challenge]);
  });

  test('Basic is offered on a 401, and only where it is on', async () => {
    const basic = `Basic realm="${issuer}", charset="UTF-8"`;
    expect((await told(refuse('credentials_missing', 'x'), true))?.headers['www-authenticate']).toBe(
      `${realm}, ${basic}`,
    );
    expect((await told(refuse('scope_missing', 'x'), true))?.headers['www-authenticate']).not.toContain(
      'Basic',
    );
  });
});

test.each(Object.keys(guardFailures) as GuardFailureCode[])(
  '%s is told alike every time, and nothing private with it',
  async (code) => {
    const failure = await told(refuse(code, 'secret-check', { detail: { session: 'secret-session' } }));
    expect(failure?.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
    expect(JSON.parse(failure?.body ?? '')).toMatchObject({
      code,
      status: guardFailures[code].status,
      title: guardFailures[code].sentence,
    });
    expect(JSON.stringify([failure?.headers, failure?.body])).not.toContain('secret');
    expect(failure?.detail).toEqual({ check: 'secret-check', session: 'secret-session' });
  },
);

test('the id that explains a refusal of the server is in the body', async () => {
  const { failure } = await answering(() => refuse('credentials_invalid', 'told', { decision: 'dw_why_x' }));
  expect(JSON.parse(failure?.body ?? '')).toMatchObject({ decision: 'dw_why_x' });
});

test('when to come back is told in header and body', async () => {
  const failure = await told(refuse('attempts_exhausted', 'x', { retryAfter: 9 }));
  expect([failure?.headers['retry-after'], JSON.parse(failure?.body ?? '')]).toEqual([
    '9',
    expect.objectContaining({ retry_after: 9 }),
  ]);
  expect((await told(refuse('server_unavailable', 'x')))?.headers['retry-after']).toBe('2');
});

describe('GRD-01, JWT-16: whatever breaks, nobody passes', () => {
  const broken: readonly (readonly [string, Prove])[] = [
    [
      'a throw',
      () => {
        throw new TypeError('broken');
      },
    ],
    ['a rejection', () => Promise.reject(new Error('broken'))],
    ['an odd rejection', () => Promise.reject(new Unanswered('timeout'))],
    ['nobody', () => JSON.parse('null')],
    ['a word', () => JSON.parse('"account-1"')],
    ['an unknown refusal', () => JSON.parse('{"code":"fine","detail":{}}')],
    ['a refusal by a name of every object', () => JSON.parse('{"code":"toString","detail":{}}')],
  ];
  test.each(broken)('%s', async (_, prove) => {
    const { failure, principal: nobody } = await answering(prove);
    expect([failure?.code, failure?.status, nobody]).toEqual(['server_unavailable', 503, undefined]);
    expect(failure?.body).not.toContain('broken');
  });

  const requirements: readonly (readonly [string, Requirement])[] = [
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['says true', () => JSON.parse('true')],
    ['says false', () => JSON.parse('false')],
    ['says null', () => JSON.parse('null')],
    ['says something', () => JSON.parse('{}')],
    ['is asynchronous', (() => Promise.resolve(undefined)) as () => never],
  ];
  test.each(requirements)('a requirement that %s', async (_, requirement) => {
    const { failure, principal: nobody } = await answering(() => principal, { asks: [requirement] });
    expect([failure?.code, nobody]).toEqual(['server_unavailable', undefined]);
  });

  test('a request that cannot be read', async () => {
    const answer = createAnswer({
      prove: (one) => (one.header('x'), principal),
      now: () => now,
      report,
      count,
      realm: issuer,
      basic: false,
    });
    const header = (): never => {
      throw new Error('broken');
    };
    expect((await answer({ method: 'GET', header }, [])).failure?.code).toBe('server_unavailable');
    expect((await answer(JSON.parse('null'), [])).failure?.code).toBe('server_unavailable');
  });

  test('a defect is reported, a silent server was reported before', async () => {
    report.mockClear();
    await answering(() => Promise.reject(new Unanswered('timeout')));
    expect(report).not.toHaveBeenCalled();
    await answering(() => Promise.reject(new RangeError('defect')));
    expect(report).toHaveBeenCalledWith(new RangeError('defect'));
  });
});

test('GRD-05: failures are made for one request each', async () => {
  const [one, other] = await Promise.all([
    told(refuse('credentials_missing', 'a')),
    told(refuse('credentials_missing', 'b')),
  ]);
  expect(one?.headers).not.toBe(other?.headers);
  expect([one?.detail['check'], other?.detail['check']]).toEqual(['a', 'b']);
});
