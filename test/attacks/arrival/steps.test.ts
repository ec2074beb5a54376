/**
 * One step at a time: whoever skips a step, repeats one, takes them in another order, in another browser or for another account
 * gets nowhere. All pairs of steps are walked.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { person } from '../../journeys/cast.ts';
import { codeIn, linkIn, proveAddress } from '../../journeys/mail/mail-cast.ts';
import { form } from '../../kit/clients.ts';
import { type Arrived, fillForm, openPage, textOf } from '../../kit/page-forms.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { bodyOf, changes, makeWorld, nameOf, pathOf, said } from '../web/rows.ts';

const ada = 'ada@example.com';
let serving: Serving;
/** How many networks people have come from: each comes from one of its own. */
let networks = 0;
beforeAll(async () => {
  const settings = {
    networkAttempts: 100_000,
    accountAttempts: 100,
    familiarAttempts: 100,
    signUpAttempts: 100_000,
  };
  serving = await serveHandler({ lightHashing: true, settings });
  for (const name of ['ada', 'eve'])
    await proveAddress(serving, await person(serving, name), `${name}@example.com`);
  serving.clock.advance(1000);
});
afterAll(() => serving.close());

/** A sign-in as far as it came: what its pages carry. */
interface Journey {
  readonly browser: Visitor;
  attempt: string;
  ticket: string;
  code: string;
  link: string;
  screen: string;
}

const fieldIn = (page: Arrived, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';

/** Each step as its form sends it, from whatever the journey has by then. */
const steps: Readonly<Record<string, (journey: Journey) => Promise<Answer>>> = {
  password: ({ browser, attempt }) =>
    browser.ask('POST', '/sign-in/password', form({ attempt, password: goodPassword })),
  'ask for mail': ({ browser, attempt }) => browser.ask('POST', '/sign-in/mail', form({ attempt })),
  code: ({ browser, ticket, code }) => browser.ask('POST', '/confirm', form({ ticket, code })),
  link: ({ browser, link }) => browser.ask('POST', '/confirm', form({ link })),
};

const names = Object.keys(steps);
const step = (name: string, journey: Journey): Promise<Answer> => {
  const take = steps[name];
  if (!take) throw new Error(`no step ${name}`);
  return take(journey);
};

/** A fresh sign-in of somebody, with a mail asked for. */
async function begin(identifier = ada): Promise<Journey> {
  serving.clock.advance(1000);
  const browser = visit(serving, { peer: `198.51.100.${(networks += 1)}` });
  const named = await fillForm(browser, await openPage(browser, '/sign-in'), ['sign-in', { identifier }]);
  const waiting = await fillForm(browser, named, ['sign-in-mail', {}]);
  return {
    browser,
    attempt: fieldIn(named, 'attempt'),
    ticket: fieldIn(waiting, 'ticket'),
    code: await codeIn(serving, identifier, 'sign-in'),
    link: await linkIn(serving, identifier, 'sign-in'),
    screen: textOf(waiting, 'screen-code'),
  };
}

const isSignedIn = async ({ browser }: Pick<Journey, 'browser'>): Promise<boolean> =>
  (await browser.ask('GET', '/api/v1/session')).status === 200;

/** Whether a step that was taken leads somewhere; a mail may be asked for while nobody is proven. */
const proves = (name: string): boolean => name !== 'ask for mail';

const pairs = names.flatMap((first) => names.map((second) => [first, second] as const));

describe('SES-06, PWD-16: of two steps after one another', () => {
  test.each(pairs)('%s, then %s: what was used up is used up', async (first, second) => {
    const journey = await begin();
    const one = await step(first, journey);
    expect(one.status).toBe(303);
    expect(await isSignedIn(journey)).toBe(proves(first));
    journey.browser.cookies.delete('doorward_session');
    const two = await step(second, journey);
    // Asking again voids the mail before; after a proof nothing of the sign-in is left.
    const isOpen = !proves(first) && second !== 'code' && second !== 'link';
    expect([two.status < 400, await isSignedIn(journey)]).toEqual([isOpen, isOpen && proves(second)]);
  });
});

describe('SES-06, PWD-16: in another browser', () => {
  test.each(names)('%s gets nowhere, with the names of all that the first one has', async (name) => {
    const theirs = await begin();
    const mine = await begin('eve@example.com');
    const stranger = { ...theirs, browser: mine.browser };
    const answer = await step(name, stranger);
    expect([answer.status, await isSignedIn(stranger)]).toEqual([403, false]);
    // What was theirs still works.
    expect((await step('password', theirs)).status).toBe(303);
  });

  test.each(names)('%s gets nowhere without any cookie', async (name) => {
    const answer = await step(name, { ...(await begin()), browser: visit(serving) });
    expect(answer.status).toBe(403);
  });
});

describe('SES-06, PWD-16: for another account', () => {
  test.each(['attempt', 'ticket', 'code', 'link'] as const)(
    'a foreign %s in one’s own browser',
    async (part) => {
      const theirs = await begin();
      const mine = await begin('eve@example.com');
      const mixed = { ...mine, [part]: theirs[part] };
      for (const name of names) {
        await step(name, mixed);
        if (!(await isSignedIn(mixed))) continue;
        const { json } = await mixed.browser.ask('GET', '/api/v1/account');
        expect([part, name, json['email']]).toEqual([part, name, 'eve@example.com']);
        break;
      }
    },
  );
});

test('SES-06: each step is taken once by fifty at once', async () => {
  for (const name of ['password', 'code', 'link']) {
    const journey = await begin();
    const answers = await Promise.all(Array.from({ length: 50 }, () => step(name, journey)));
    expect([name, answers.filter(({ status }) => status === 303).length]).toEqual([name, 1]);
  }
});

test('SES-06, SES-17: the browser’s secret, the attempt and the ticket are credentials nowhere', async () => {
  const world = await makeWorld();
  const browser = visit(world.serving);
  const named = await fillForm(browser, await openPage(browser, '/sign-in'), [
    'sign-in',
    { identifier: ada },
  ]);
  const values = [...browser.cookies.values(), fieldIn(named, 'attempt')];
  const guarded = routes.filter(({ access }) => access.who !== 'anyone');
  for (const route of guarded) {
    const path = pathOf(route, world.named, world.owner.account);
    const body = changes(route) ? said(route, bodyOf(route)) : {};
    for (const value of values) {
      const cookie = `doorward_session=${value}; doorward_at=${value}; doorward_browser=${value}`;
      for (const headers of [{ cookie }, { authorization: `Bearer ${value}` }]) {
        const answer = await visit(world.serving, { program: true }).ask(route.method, path, {
          ...body,
          headers: { ...body.headers, ...headers },
        });
        expect([nameOf(route), answer.status]).toEqual([nameOf(route), 401]);
      }
    }
  }
  await world.serving.close();
});

test('SES-01, SES-02: a planted browser secret and session are nobody’s after the sign-in', async () => {
  const browser = visit(serving);
  browser.cookies.set('doorward_session', 'dw_sc_planted');
  const named = await fillForm(browser, await openPage(browser, '/sign-in'), [
    'sign-in',
    { identifier: ada },
  ]);
  await fillForm(browser, named, ['sign-in-password', { password: goodPassword }]);
  const first = browser.cookies.get('doorward_session') ?? '';
  expect(first).toMatch(/^dw_sc_/);
  expect(first).not.toBe('dw_sc_planted');
  const eve = await fillForm(browser, await openPage(browser, '/sign-in'), [
    'sign-in',
    { identifier: 'eve@example.com' },
  ]);
  await fillForm(browser, eve, ['sign-in-password', { password: goodPassword }]);
  expect(browser.cookies.get('doorward_session')).not.toBe(first);
  const old = await visit(serving, { program: true }).ask('GET', '/api/v1/session', {
    headers: { cookie: `doorward_session=${first}` },
  });
  expect(old.status).toBe(401);
});
