import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curlRequest, shellLines, shellWords } from '../kit/documents.ts';
import { type Serving, serveSocket } from '../kit/serving.ts';

const page = (name: string): URL => new URL(`../../${name}`, import.meta.url);

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
