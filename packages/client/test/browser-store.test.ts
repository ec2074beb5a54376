import { afterEach, expect, test, vi } from 'vitest';
import { browserStore } from '../src/browser-store.ts';
import { createClient } from '../src/create-client.ts';
import { memoryStorage } from './memory-storage.ts';
import { issuer, scriptedServer } from './scripted-server.ts';

afterEach(() => vi.unstubAllGlobals());

test('keeps its text under its key, and several keys apart', async () => {
  const storage = memoryStorage();
  const [one, other] = [browserStore({ storage }), browserStore({ storage, key: 'other' })];
  await one.write('a');
  expect([await one.read(), await other.read()]).toEqual(['a', undefined]);
  expect(storage.getItem('doorward')).toBe('a');
  await one.remove();
  expect(await one.read()).toBeUndefined();
});

test('a browser that forbids its storage makes a failure, not a crash', async () => {
  vi.stubGlobal('localStorage', undefined);
  const client = createClient({ issuer, store: browserStore() });
  await expect(client.session()).rejects.toMatchObject({ code: 'store_failed' });
});

test.each(['with Web Locks', 'without'])('two clients of one storage refresh once, %s', async (way) => {
  if (way === 'without') vi.stubGlobal('navigator', {});
  const server = scriptedServer();
  const storage = memoryStorage();
  const make = () =>
    createClient({ issuer, store: browserStore({ storage, key: way }), fetch: server.fetch });
  const [one, other] = [make(), make()];
  await one.signIn({ identifier: 'ada', password: 'right' });
  const seen = await Promise.all([one.refresh(), other.refresh()]);
  expect(new Set(seen)).toEqual(new Set(['at-2']));
  expect(server.count('/refresh')).toBe(1);
  expect(storage.getItem(`${way}.lease`)).toBeNull();
});

test('news of other tabs come by the storage event, for the own key or for all', () => {
  const target = new EventTarget();
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
  const heard: number[] = [];
  const unwatch = browserStore({ storage: memoryStorage() }).watch?.(() => heard.push(1));
  const change = (key: string | null): boolean =>
    target.dispatchEvent(Object.assign(new Event('storage'), { key }));
  change('doorward');
  change('other');
  change(null);
  expect(heard).toHaveLength(2);
  unwatch?.();
  change('doorward');
  expect(heard).toHaveLength(2);
});
