import { describe, expect, test } from 'vitest';
import type { StepView } from '../../../src/domain/authorize/step.ts';
import { steps } from '../../../src/domain/authorize/steps.ts';
import type { Grant } from '../../../src/domain/oauth/grant.ts';
import type { Ports } from '../../../src/domain/ports.ts';
import type { Session } from '../../../src/domain/sessions/session.ts';
import type { AuthorizationRequest } from '../../../src/protocol/oauth/authorization-request.ts';
import { client } from '../../../src/store/conformance/oauth-samples.ts';
import { session as sampleSession } from '../../../src/store/conformance/samples.ts';

const now = 1_000_000_000;

const request: AuthorizationRequest = {
  clientId: 'a client',
  redirectUri: 'https://app.example/callback',
  redirectUriWasGiven: true,
  responseMode: 'query',
  scopes: ['openid'],
  resources: [],
  prompts: [],
  acrValues: [],
  uiLocales: [],
};

const session: Session = { ...sampleSession(1, now), provenAt: now - 10_000 };

/** The steps in question look at no port. */
const ports: Partial<Ports> = {};

interface Changes {
  readonly request?: Partial<AuthorizationRequest>;
  readonly client?: Partial<StepView['client']>;
  readonly view?: Partial<Omit<StepView, 'request' | 'client' | 'ports'>>;
}

/** What is missing first, by the page that would mend it; `nothing` when the code may be given. */
async function missing({ request: asked, client: of, view }: Changes = {}): Promise<string> {
  const all: StepView = {
    ports: ports as Ports,
    client: { ...client(1, now), ...of },
    request: { ...request, ...asked },
    scopes: asked?.scopes ?? request.scopes,
    arrivedAt: now,
    now,
    session,
    grant: undefined,
    acts: { chose: false, consented: false },
    ...view,
  };
  for (const { look } of steps) {
    const found = await look(all);
    if (found) return `${found.page}: ${found.error}`;
  }
  return 'nothing';
}

const grant = (scopes: readonly string[], resources: readonly string[] = []): Grant => ({
  accountId: session.accountId,
  clientId: 'a client',
  scopes,
  resources,
  createdAt: now,
  updatedAt: now,
});

const own = { firstParty: true };

const consentMissing = 'consent: consent_required';

test('each step has a name of its own and the section that asks for it', () => {
  expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
  for (const { section } of steps) expect(section).toMatch(/§/);
});

test.each<[string, Changes, string]>([
  ['nobody is signed in', { client: own, view: { session: undefined } }, 'sign-in: login_required'],
  ['somebody is signed in at a client of our own', { client: own }, 'nothing'],
  ['a login is asked for', { client: own, request: { prompts: ['login'] } }, 'sign-in: login_required'],
  ['the proof is as old as it may be', { client: own, request: { maxAge: 10 } }, 'nothing'],
  ['the proof is a second too old', { client: own, request: { maxAge: 9 } }, 'sign-in: login_required'],
  [
    'an account is to be chosen',
    { client: own, request: { prompts: ['select_account'] } },
    'selection: account_selection_required',
  ],
  ['nothing was allowed yet', {}, 'consent: consent_required'],
  [
    'a client of our own asks for consent',
    { client: own, request: { prompts: ['consent'] } },
    'consent: consent_required',
  ],
])('when %s', async (_when, changes, wanted) => {
  expect(await missing(changes)).toBe(wanted);
});

test('a proof since the request came is late enough for login, max_age and selection', async () => {
  const prompts = ['login', 'select_account'] as const;
  const view = { session: { ...session, provenAt: now }, now: now + 60_000 };
  expect(await missing({ client: own, request: { prompts, maxAge: 0 }, view })).toBe('nothing');
  const before = { ...view, session: { ...session, provenAt: now - 1 } };
  expect(await missing({ client: own, request: { prompts }, view: before })).toBe('sign-in: login_required');
});

test('a choice is not a login, and neither is a consent', async () => {
  const chose = { acts: { chose: true, consented: false } };
  expect(await missing({ client: own, request: { prompts: ['select_account'] }, view: chose })).toBe(
    'nothing',
  );
  expect(await missing({ client: own, request: { prompts: ['login'] }, view: chose })).toBe(
    'sign-in: login_required',
  );
  expect(await missing({ view: chose })).toBe('consent: consent_required');
});

describe('what was allowed before', () => {
  const here = { resources: ['https://a.example/'] };
  test.each([
    { rule: 'covers the same and less', allowed: grant(['email', 'openid']), asked: {}, wanted: 'nothing' },
    { rule: 'does not cover more scopes', allowed: grant(['email']), asked: {}, wanted: consentMissing },
    {
      rule: 'does not cover another resource',
      allowed: grant(['openid']),
      asked: here,
      wanted: consentMissing,
    },
    {
      rule: 'covers its resources',
      allowed: grant(['openid'], here.resources),
      asked: here,
      wanted: 'nothing',
    },
    {
      rule: 'does not cover offline access',
      allowed: grant(['openid']),
      asked: { scopes: ['openid', 'offline_access'] },
      wanted: consentMissing,
    },
    {
      rule: 'does not count when the client asks again',
      allowed: grant(['openid']),
      asked: { prompts: ['consent'] as const },
      wanted: consentMissing,
    },
  ])('$rule', async ({ allowed, asked, wanted }) => {
    expect(await missing({ request: asked, view: { grant: allowed } })).toBe(wanted);
  });

  test('does not count for a program whose name others on the machine can use', async () => {
    const native = { application: 'native', authentication: 'none' } as const;
    const view = { grant: grant(['openid']) };
    const redirectUri = 'http://127.0.0.1:5000/callback';
    expect(await missing({ client: native, request: { redirectUri }, view })).toBe(
      'consent: consent_required',
    );
    expect(await missing({ client: native, view })).toBe('nothing');
    const secretive = { ...native, authentication: 'private_key_jwt' } as const;
    expect(await missing({ client: secretive, request: { redirectUri }, view })).toBe('nothing');
  });
});
