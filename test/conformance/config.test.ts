import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifiesDiscovery } from './discovery.ts';
import type { Modules } from './plans.ts';
import { openScene, type Scene } from './proxy.ts';

const modules: Modules<'oidcc-config-certification-test-plan', { readonly scene: Scene }> = {
  'oidcc-discovery-endpoint-verification': {
    rule: 'behind a proxy, discovery tells what it must, by the issuer that was set and by https alone',
    check: (scene) => verifiesDiscovery(scene),
  },
};

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

describe('oidcc-config-certification-test-plan', () => {
  for (const [name, { rule, check }] of Object.entries(modules))
    test(`${name}: ${rule}`, async () => {
      await expect(check({ scene })).resolves.toBeUndefined();
    });
});
