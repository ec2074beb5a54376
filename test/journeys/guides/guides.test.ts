import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StartedProcess, startProcess } from '../../kit/process.ts';
import { type Places, type RunOptions, type Snippets, snippetsOf } from '../../kit/snippets.ts';
import { listening } from '../guard/listening.ts';

/** Milliseconds for all programs of a guide, each a process of its own. */
const patience = 90_000;

/** What the programs of a guide meet: a server of their own, an API that wants a token, a folder. */
interface Scene {
  readonly issuer: string;
  readonly api: string;
  readonly snippets: Snippets;
}

/** A program of a guide: runs it and expects what the guide promises. */
type Expectation = (scene: Scene, name: string) => Promise<void>;

interface Guide {
  /** Where the addresses of the guide are in a test. */
  readonly places: (scene: Omit<Scene, 'snippets'>) => Places;
  /** All of its programs, in the order of the page, in which they are run. */
  readonly programs: Readonly<Record<string, Expectation>>;
}

/** A program that ends well and prints this. */
const prints =
  (expected: RegExp, how?: RunOptions): Expectation =>
  async ({ snippets }, name) => {
    expect(await snippets.run(name, how), name).toMatch(expected);
  };

const guides: Readonly<Record<string, Guide>> = {
  'keep-users-signed-in.md': {
    places: ({ issuer, api }) => ({ 'https://id.example.com': issuer, 'https://api.example.com': api }),
    programs: {
      'client.ts': prints(/^$/),
      'sign-up.ts': prints(/^Hello Ada\n$/),
      'sign-in.ts': prints(/^The name or the password is wrong\.\n$/),
      'orders.ts': prints(/^200 two orders\n$/),
      'states.ts': prints(/^signed-in Ada\nrefreshing Ada\nsigned-in Ada\nGood-bye\.\n$/),
      'page.ts': prints(/^$/, { flags: ['--localstorage-file=storage'] }),
      'tool.ts': async ({ snippets }, name) => {
        const how = { environment: { HOME: snippets.folder } };
        expect(await snippets.run(name, how)).toBe('signed-out true\n');
        expect(await snippets.run(name, how)).toBe('signed-in true\n');
        const { mode } = await stat(join(snippets.folder, '.config', 'orders', 'session'));
        expect(mode & 0o777).toBe(0o600);
      },
      'service.ts': prints(/^200\n$/, { environment: { TOKEN_KEY: randomBytes(32).toString('base64') } }),
      'vault.ts': prints(/^$/),
      'shared.ts': prints(/^signed-in true\n$/),
      'rehearsal.ts': prints(/^(?:ok {4}[a-z-]+: .+\n){5}$/),
      'own-test.ts': prints(/^a new token\n$/),
    },
  },
};

describe.each(Object.keys(guides))('the programs of %s', (page) => {
  const { places, programs } = guides[page] ?? { places: () => ({}), programs: {} };
  let server: StartedProcess;
  let api: Awaited<ReturnType<typeof startApi>>;
  let scene: Scene;
  beforeAll(async () => {
    [server, api] = await Promise.all([startProcess({ settings: { signUp: 'open' } }), startApi()]);
    const [issuer, url] = [server.origin, new URL(`../../../docs/guides/${page}`, import.meta.url)];
    const snippets = await snippetsOf(url, places({ issuer, api: api.origin }));
    scene = { issuer, api: api.origin, snippets };
  });
  afterAll(async () => {
    server.kill();
    await server.exited;
    await api.close();
    await scene.snippets.remove();
  });

  test(
    'are good TypeScript, and each does what the guide says',
    async () => {
      expect(scene.snippets.names).toEqual(Object.keys(programs));
      expect(await scene.snippets.check()).toBe('');
      for (const [name, expectation] of Object.entries(programs)) await expectation(scene, name);
    },
    patience,
  );
});

/** An API that asks for a token and does not look at it. */
const startApi = () =>
  listening(
    createServer((request, response) => {
      const isBearer = request.headers.authorization?.startsWith('Bearer ');
      response.writeHead(isBearer ? 200 : 401).end(isBearer ? 'two orders' : '');
    }),
  );
