/** How the program is called: its commands, their help, and settings from a file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runProcess } from '../../kit/process.ts';

test('called wrongly it ends with 2 and prints nothing to standard output', async () => {
  const wrong = [['nix'], ['serve', '--nix'], ['serve', '--port', 'x'], ['accounts', 'show'], ['why'], []];
  const ended = await Promise.all(wrong.map((args) => runProcess(args)));
  expect(ended.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
    wrong.map(() => ({ code: 2, stdout: '' })),
  );
});

test('settings come from a file that --config or the environment names, and every problem is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-settings-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dataFolder = join(folder, 'data');
  const file = join(folder, 'settings.json');
  await writeFile(file, JSON.stringify({ dataFolder, sessionIdle: 1, nix: true }));
  for (const ended of [
    await runProcess(['config', '--config', file, '--json']),
    await runProcess(['config', '--json'], { environment: { DOORWARD_CONFIG: file } }),
  ]) {
    expect(ended.code).toBe(2);
    const { failure } = JSON.parse(ended.stdout) as { failure: { faults: string[] } };
    expect(failure.faults).toHaveLength(2);
  }
  await writeFile(file, '{"port":1,"port":2}');
  expect((await runProcess(['config', '--config', file])).stderr).toContain(file);
});

test('every command has help', async () => {
  const help = await runProcess(['--help']);
  expect(help.code).toBe(0);
  for (const word of [
    'serve',
    'config',
    'doctor',
    'accounts',
    'roles',
    'sessions',
    'keys',
    'events',
    'why',
    'backup',
    'restore',
  ])
    expect(help.stdout).toContain(word);
  const serve = await runProcess(['serve', '--help']);
  expect(serve.stdout).toContain('--session-idle');
  expect(serve.stdout).not.toContain('--master-key');
});
