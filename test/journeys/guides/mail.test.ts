import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configurationTable } from '../../../packages/server/src/program/configuration/configuration-table.ts';
import { shellLines, shellWords } from '../../kit/documents.ts';
import { openPostOffice, type PostOffice } from '../../kit/post-office.ts';
import { type Ended, runProcess } from '../../kit/process.ts';

const page = new URL('../../../docs/guides/mail.md', import.meta.url);

let office: PostOffice;
let folder: string;
beforeAll(async () => {
  office = await openPostOffice({ account: { name: 'doorward', password: 'secret' } });
  folder = await mkdtemp(join(tmpdir(), 'doorward-guide-'));
  await runProcess(['clients', 'offer-registration', '--data-folder', folder]);
});
afterAll(async () => {
  await office.close();
  await rm(folder, { recursive: true });
});

/** Runs a line of the guide against the mail server of the test, which stands on this machine without a certificate. */
function follow(line: string): Promise<Ended> {
  const words = shellWords(line.replace('smtp.example.com', '127.0.0.1'), {});
  const given = words.filter((word) => /^DOORWARD_\w+=/.test(word)).map((word) => word.split('='));
  const [program, name, ...args] = words.slice(given.length);
  if (program !== 'npx' || name !== 'doorward') throw new Error(`nobody can follow: ${line}`);
  const environment = {
    ...Object.fromEntries(given as [string, string][]),
    DOORWARD_SMTP_PORT: String(office.port),
    DOORWARD_SMTP_SECURITY: 'dangerous-none',
  };
  const isMail = args.includes('--smtp-host');
  return runProcess([...args, '--data-folder', folder], isMail ? { environment } : {});
}

test('every command of the guide ends well, and the trial arrives', async () => {
  const lines = await shellLines(page);
  expect(lines).toHaveLength(3);
  const said: string[] = [];
  for (const line of lines) {
    const { code, stdout, stderr } = await follow(line);
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
    said.push(stdout);
  }
  expect(said[0]).toBe(`127.0.0.1:${office.port} took a mail to ada@example.com.\n`);
  expect(said[1]).toContain(`127.0.0.1:${office.port} takes mail from accounts@example.com.`);
  expect(office.arrived).toMatchObject([{ subject: 'Mail works', recipients: ['ada@example.com'] }]);
});

test('the doctor and the trial say what is wrong with the way, and exit with 1', async () => {
  const lines = await shellLines(page);
  for (const line of lines.slice(0, 2)) {
    const { code, stdout, stderr } = await follow(line.replace('=secret', '=mistyped'));
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('it refused the account and the password (535)');
    expect(stdout + stderr).not.toContain('mistyped');
  }
});

test('who has no mail server cannot try it, and is told what to name', async () => {
  const tried = await runProcess(['mail', 'test', '--to', 'ada@example.com']);
  expect(tried.code).toBe(2);
  expect(tried.stderr).toContain('--smtp-host');
  const mistyped = await runProcess(['mail', 'test', '--to', 'ada@example.com, eve@example.com']);
  expect([mistyped.code, mistyped.stderr]).toEqual([2, '--to must be an e-mail address.\n']);
});

test('the settings of the guide are settings', async () => {
  const rows = (await readFile(page, 'utf8')).match(/^\| `.*$/gm) ?? [];
  const names = rows.flatMap((row) =>
    [...(row.split('|')[1]?.matchAll(/`(\w+)`/g) ?? [])].map(([, name]) => name),
  );
  expect(names).toHaveLength(10);
  for (const name of names) expect(Object.keys(configurationTable)).toContain(name);
});
