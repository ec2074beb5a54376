import { beforeEach, describe, expect, test } from 'vitest';
import type { Client, SessionState } from '../src/client.ts';
import { settle } from '../src/clock.ts';
import { ada, type Scene, scene, second } from './scene.ts';
import { noNetwork } from './scripted-server.ts';

let server: Scene['server'];
let clock: Scene['clock'];
let make: Scene['make'];
let signedIn: Scene['signedIn'];
let refreshes: Scene['refreshes'];
beforeEach(() => {
  ({ server, clock, make, signedIn, refreshes } = scene());
});

describe('changes', () => {
  const record = (client: Client): string[] => {
    const told: string[] = [];
    client.onChange(({ status }: SessionState) => told.push(status));
    return told;
  };

  test('are told, each once', async () => {
    const client = make();
    const told = record(client);
    await client.signIn(ada);
    await client.token();
    await client.refresh();
    server.script = () => Promise.reject(noNetwork());
    await expect(client.refresh()).rejects.toMatchObject({ code: 'server_unreachable' });
    server.script = () => undefined;
    await client.refresh();
    await client.signOut();
    await settle();
    const again = ['refreshing', 'signed-in'];
    const outage = ['refreshing', 'offline', 'refreshing', 'signed-in'];
    expect(told).toEqual(['signed-in', ...again, ...outage, 'signed-out']);
  });

  test('by another client of the store are told too, until one has heard enough', async () => {
    const [one, other] = [make(), make()];
    const [told, gone] = [record(one), [] as string[]];
    const leave = one.onChange(({ status }) => gone.push(status));
    leave();
    await other.signIn(ada);
    await settle();
    await other.signOut();
    await settle();
    expect(told).toEqual(['signed-in', 'signed-out']);
    expect(gone).toEqual([]);
  });

  test('by timer: a token is refreshed before anybody asks, also after a start with a session', async () => {
    await signedIn();
    const client = make({ ahead: 'timer' });
    await clock.advance(269 * second);
    expect(refreshes()).toBe(0);
    await clock.advance(2 * second);
    expect(refreshes()).toBe(1);
    await clock.advance(270 * second);
    expect(refreshes()).toBe(2);
    await client.signOut();
    await clock.advance(1000 * second);
    expect(refreshes()).toBe(2);
  });

  test('lazily: nothing is sent until somebody asks', async () => {
    await signedIn();
    await clock.advance(10_000 * second);
    expect(refreshes()).toBe(0);
  });
});
