import { afterAll, beforeAll, describe, test } from 'vitest';
import { signIn, signUp, visit } from '../kit/visitor.ts';
import { requestModules } from './basic-requests.ts';
import { tokenModules } from './basic-tokens.ts';
import { knownParty, type Party } from './party.ts';
import type { Modules } from './plans.ts';
import { openScene, type Scene } from './proxy.ts';

const modules: Modules<'oidcc-basic-certification-test-plan', Party> = { ...requestModules, ...tokenModules };

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  const browser = visit(scene.serving);
  await signUp(browser, 'ada@example.com');
  await signIn(browser, 'ada@example.com');
  await browser.ask('PATCH', '/api/v1/account', { body: { name: 'Ada', username: 'ada' } });
});
afterAll(() => scene.close());

describe.each([
  ['oidcc-basic-certification-test-plan', 'query'],
  ['oidcc-formpost-basic-certification-test-plan', 'form_post'],
] as const)('%s', (_plan, responseMode) => {
  for (const [name, { rule, check }] of Object.entries(modules))
    test(`${name}: ${rule}`, async () => check(await knownParty(scene, { responseMode })));
});
