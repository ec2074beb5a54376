import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileStore } from '../../../packages/client/src/file.ts';
import { createClient } from '../../../packages/client/src/index.ts';
import { serveBrowsers } from '../../kit/serving.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { startStrictServer } from '../guard/strict-server.ts';

const program = fileURLToPath(new URL('client-process.ts', import.meta.url));
const claim = { identifier: 'ada@example.com', password: goodPassword };

/** A server that knows Ada, and counts refreshes. */
interface Side {
  readonly origin: string;
  refreshes(): number;
  close(): Promise<void>;
}

async function startOurs(): Promise<Side> {
  const serving = await serveBrowsers({ lightHashing: true });
  await createClient({ issuer: serving.origin }).signUp({ email: claim.identifier, password: goodPassword });
  return {
    origin: serving.origin,
    refreshes: () => serving.seen.filter(({ route }) => route === '/api/v1/tokens/refresh').length,
    close: serving.close,
  };
}

describe.each([
  ['our server', startOurs],
  ['a server that rotates strictly', startStrictServer],
])('two processes on one file, at %s', (_what, start) => {
  let side: Side;
  let folder: string;
  beforeEach(async () => {
    side = await start();
    folder = await mkdtemp(join(tmpdir(), 'doorward-client-'));
  });
  afterEach(async () => {
    await side.close();
    await rm(folder, { recursive: true });
  });

  test('refresh once when the token has ended, and both go on', async () => {
    const path = join(folder, 'tokens');
    // Signed in yesterday: for the processes, which go by the hour of the machine, the token has ended.
    const yesterday = { now: () => Date.now() - 86_400_000, after: () => () => undefined };
    await createClient({ issuer: side.origin, store: fileStore(path), clock: yesterday }).signIn(claim);
    const processes = [1, 2].map(() => {
      const child = spawn(process.execPath, [program, side.origin, path], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    try {
      for (const { lines } of processes) expect((await lines.next()).value).toBe('ready');
      for (const { child } of processes) child.stdin.write('go\n');
      const said = await Promise.all(processes.map(async ({ lines }) => (await lines.next()).value));
      const results = said.map((text) => JSON.parse(String(text)) as { tokens: string[]; status: number });
      expect(new Set(results.flatMap(({ tokens }) => tokens)).size).toBe(1);
      expect(results.map(({ status }) => status)).toEqual([200, 200]);
      expect(side.refreshes()).toBe(1);
    } finally {
      for (const { child } of processes) {
        child.stdin.end();
        await once(child, 'close');
      }
    }
  });
});
