import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curlRequest, shellLines, shellWords } from '../../kit/documents.ts';
import { runProcess, startProcess } from '../../kit/process.ts';
import { type Serving, serveSocket } from '../../kit/serving.ts';

const page = (name: string): URL => new URL(`../../../${name}`, import.meta.url);

describe.each(['README.md', 'docs/guides/accounts.md'])('the calls of %s', (name) => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serveSocket();
  });
  afterAll(() => serving.close());

  test('answer as a reader expects, one after the other', async () => {
    const variables: Record<string, string> = {};
    const keep = (answer: Record<string, unknown>): void => {
      if (typeof answer['access_token'] === 'string') variables['ACCESS'] = answer['access_token'];
      if (typeof answer['refresh_token'] === 'string') variables['REFRESH'] = answer['refresh_token'];
    };
    const call = async (line: string): Promise<number> => {
      const response = await serving.send(curlRequest(shellWords(line, variables)));
      const text = await response.text();
      if (text !== '') keep(JSON.parse(text) as Record<string, unknown>);
      return response.status;
    };
    // A guide takes up where the README ends the second of its calls: with an account, signed in.
    const readme = (await shellLines(page('README.md'))).filter((line) => line.startsWith('curl'));
    const before = name === 'README.md' ? [] : readme.slice(0, 2);
    for (const line of before) expect(await call(line)).toBe(201);
    const calls = (await shellLines(page(name))).filter((line) => line.startsWith('curl'));
    const statuses: number[] = [];
    for (const line of calls) statuses.push(await call(line));
    expect(statuses).toEqual(name === 'README.md' ? [201, 201, 200, 200, 204] : [200]);
  });
});

test('the commands of the documents do what they say', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-documents-'));
  const settings = { dataFolder: join(folder, 'data'), port: 0 };
  const server = await startProcess({ settings });
  try {
    const signUpCall = (await shellLines(page('README.md'))).find((line) => line.startsWith('curl'));
    await fetch(moved(curlRequest(shellWords(signUpCall ?? '', {})), server.origin));
    const refused = await fetch(`${server.origin}/api/v1/session`);
    const { decision } = (await refused.json()) as { decision: string };
    const lines = await Promise.all(
      ['README.md', 'docs/guides/accounts.md', 'docs/guides/operate.md'].map((name) =>
        shellLines(page(name)),
      ),
    );
    const commands = lines.flat().filter((line) => line.startsWith('npx doorward '));
    expect(commands.length).toBeGreaterThan(6);
    for (const line of commands) {
      const words = shellWords(
        line.replace('dw_why_…', decision).replace('backup.db', join(folder, 'backup.db')),
        {},
      );
      const args = [...words.slice(2), '--data-folder', settings.dataFolder];
      expect(await runProcess(args, {}), line).toMatchObject({ code: 0 });
    }
  } finally {
    server.kill('SIGTERM');
    await server.exited;
    await rm(folder, { recursive: true });
  }
});

/** The same request to where the server listens. */
const moved = (request: Request, origin: string): Request =>
  new Request(request.url.replace('http://localhost:3000', origin), request);
