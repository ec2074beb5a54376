import { afterAll, beforeAll, expect, test } from 'vitest';
import { curlRequest, shellLines, shellWords } from '../../kit/documents.ts';
import { runProcess, type StartedProcess, startProcess } from '../../kit/process.ts';
import { type Serving, serveSocket } from '../../kit/serving.ts';
import { member, signIn, visit } from '../../kit/visitor.ts';
import { askAccount, codeIn } from '../mail/mail-cast.ts';

const page = new URL('../../../docs/guides/sign-in-and-sign-up.md', import.meta.url);

let serving: Serving;
let server: StartedProcess;
beforeAll(async () => {
  serving = await serveSocket({ lightHashing: true, settings: { signUp: 'verified' } });
  server = await startProcess();
});
afterAll(async () => {
  server.kill();
  await server.exited;
  await serving.close();
});

test('the code of the mail makes the account, and another one signs it in, as the guide says', async () => {
  const asked = await askAccount(visit(serving), 'ada@example.com');
  const calls = (await shellLines(page)).filter((line) => line.startsWith('curl'));
  expect(calls).toHaveLength(3);
  const [make = '', ask = '', show = ''] = calls;
  const send = (line: string, variables: Readonly<Record<string, string>>): Promise<Response> =>
    serving.send(curlRequest(shellWords(line, variables)));
  const made = await send(make, {
    TICKET: member(asked.json, 'ticket'),
    CODE: await codeIn(serving, 'ada@example.com', 'sign-up'),
  });
  expect(made.status).toBe(201);
  await signIn(visit(serving), 'ada@example.com');
  const mailed = await send(ask, {});
  expect(mailed.status).toBe(202);
  const { ticket: ASKED } = (await mailed.json()) as { ticket: string };
  const TYPED = await codeIn(serving, 'ada@example.com', 'sign-in');
  const signedIn = await send(show, { ASKED, TYPED });
  expect(signedIn.status).toBe(201);
  expect(await signedIn.json()).toMatchObject({ session: { amr: ['mail'] }, token_type: 'Bearer' });
});

test('its commands invite, and list who was invited', async () => {
  const commands = (await shellLines(page)).filter((line) => line.startsWith('npx doorward '));
  const printed: string[] = [];
  for (const line of commands) {
    const ran = await runProcess([...shellWords(line, {}).slice(2), '--data-folder', server.dataFolder]);
    expect([line, ran.code]).toEqual([line, 0]);
    printed.push(ran.stdout);
  }
  expect(printed).toHaveLength(2);
  for (const text of printed) expect(text).toContain('grace@example.com');
});
