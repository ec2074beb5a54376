import { afterAll, beforeAll, expect, test } from 'vitest';
import { curlRequest, shellLines, shellWords } from '../../kit/documents.ts';
import { authenticator } from '../../kit/factors.ts';
import { type Serving, serveSocket } from '../../kit/serving.ts';
import { signIn, signUp, visit } from '../../kit/visitor.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serveSocket();
});
afterAll(() => serving.close());

test('the calls of docs/guides/factors.md answer as a reader expects, one after the other', async () => {
  const page = new URL('../../../docs/guides/factors.md', import.meta.url);
  const program = visit(serving, { program: true });
  await signUp(program, 'ada@example.com');
  const { access } = await signIn(program, 'ada@example.com', { carrier: 'jwt' });
  const variables: Record<string, string> = { ACCESS: access };
  const statuses: number[] = [];
  let secret = '';
  for (const line of (await shellLines(page)).filter((one) => one.startsWith('curl'))) {
    const { code } = authenticator(serving, secret);
    Object.assign(variables, { CODE: code(), NEXT: code(1), LATER: code() });
    const response = await serving.send(curlRequest(shellWords(line, variables)));
    statuses.push(response.status);
    const json = (await response.json()) as Record<string, unknown>;
    if (typeof json['secret'] === 'string') secret = json['secret'];
    if (typeof json['enrolment'] === 'string') variables['ENROLMENT'] = json['enrolment'];
    if (typeof json['access_token'] === 'string') variables['ACCESS'] = json['access_token'];
    // The reader waits until the authenticator shows another code.
    if (variables['NEXT'] !== undefined && response.status === 201 && secret !== '' && json['session'])
      serving.clock.advance(61_000);
  }
  expect(statuses).toEqual([201, 200, 201, 200]);
});
