import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, signUp, visit } from '../kit/visitor.ts';
import { requestModules } from './basic-requests.ts';
import { tokenModules } from './basic-tokens.ts';
import { knownParty } from './party.ts';
import { plans } from './plans.ts';
import { openScene, type Scene } from './proxy.ts';

const modules = { ...requestModules, ...tokenModules };

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
] as const)('%s', (plan, responseMode) => {
  test('every module is here', () => {
    expect(Object.keys(modules).toSorted()).toEqual([...plans[plan]].toSorted());
  });

  for (const [name, { rule, check }] of Object.entries(modules))
    test(`${name}: ${rule}`, async () => {
      await expect(check(await knownParty(scene, { responseMode }))).resolves.toBeUndefined();
    });
});
