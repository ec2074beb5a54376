/** Scenes of our pages that are drawn: each brings a browser to pages that people see, with somebody behind them. */
import type { Page } from 'playwright-core';
import { offerSetUp } from '../../packages/server/src/domain/accounts/set-up.ts';
import { centrePaths } from '../../packages/server/src/pages/words/account-centre.ts';
import { authorizeAt, makeClient, waitingAt } from '../kit/clients.ts';
import type { Serving } from '../kit/serving.ts';
import { signIn, visit } from '../kit/visitor.ts';
import { walkSecondSteps } from './second-steps.ts';
import { signInAs } from './sign-in.ts';

/** Who has one of everything. */
export const ada = 'ada@example.com';

/** One look at all pages. */
export interface Round {
  readonly serving: Serving;
  readonly page: Page;
  /** Draws the page, which must not have moved by itself. */
  draw(name: string): Promise<void>;
  /** Only draws it. */
  picture(name: string): Promise<void>;
}

/** Pages of whoever is not signed in. */
export async function drawArrivals({ serving, page, draw }: Round): Promise<void> {
  const go = (path: string) => page.goto(`${serving.origin}${path}`);
  await go('/sign-in?next=/account');
  await draw('sign-in');
  await page.locator('#identifier').fill(ada);
  await page.locator('#sign-in #submit').click();
  await page.locator('#sign-in-password').waitFor();
  await draw('password');
  await page.locator('#by-mail').click();
  await page.locator('#screen-code').waitFor();
  await draw('code');
  await page.locator('#code').fill('000000');
  await page.locator('#submit').click();
  await page.locator('#refusal, [role=alert]').first().waitFor();
  await draw('code-refused');
  await go('/sign-up');
  await draw('sign-up');
  await go('/reset');
  await draw('reset');
  await go('/nowhere');
  await draw('failure');
  const { ports } = serving.assembly;
  await go(`/setup?link=${await offerSetUp(ports)}`);
  await draw('set-up');
  await go('/docs/failures');
  await draw('docs');
}

/** Pages of whoever is signed in. */
export async function drawAccount({ serving, page, draw }: Round): Promise<void> {
  await page.goto(`${serving.origin}/account`);
  await signInAs(page, ada);
  await page.locator('.account').waitFor();
  for (const [place, path] of Object.entries(centrePaths)) {
    await page.goto(`${serving.origin}${path}`);
    await draw(`account-${place.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  }
  await page.goto(`${serving.origin}/sign-out`);
  await draw('sign-out');
  for (const tool of ['inbox', 'clock', 'token']) {
    await page.goto(`${serving.origin}/dev/${tool}`);
    await draw(`dev-${tool}`);
  }
  await page
    .locator('#token')
    .fill(await signIn(visit(serving), ada, { carrier: 'jwt' }).then(({ access }) => access));
  await page.locator('#submit').click();
  await page.locator('#change-claims').waitFor();
  await draw('dev-token-inspected');
}

/** Pages between the password and the session. */
export const drawSecondSteps = ({ serving, page, draw }: Round): Promise<void> =>
  walkSecondSteps({ serving, page, look: draw });

/** The page that asks whether an application may act for somebody. */
export async function drawConsent({ serving, page, draw }: Round): Promise<void> {
  const client = await makeClient(serving, { name: 'Reading Room', firstParty: false });
  const visitor = visit(serving);
  await signIn(visitor, ada);
  const scope = 'openid profile email offline_access';
  const authorization = waitingAt(await authorizeAt(visitor, client, { scope }));
  const { host } = new URL(serving.origin);
  const cookies = [...visitor.cookies].map(([name, value]) => ({
    name,
    value,
    domain: host.split(':')[0] ?? '',
    path: '/',
  }));
  await page.context().addCookies(cookies);
  await page.goto(`${serving.origin}/consent?authorization=${authorization}`);
  await page.locator('#consent').waitFor();
  await draw('consent');
}
