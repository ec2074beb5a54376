/** Typing commands into a shell, one after the other, and reading what each of them prints. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Types the lines and resolves with what each one printed. Its `curl` is ours. */
export async function typed(lines: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'curl-'));
  try {
    const program = fileURLToPath(new URL('curl.ts', import.meta.url));
    const call = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
    await writeFile(join(folder, 'curl'), call, { mode: 0o700 });
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    const shell = spawn('sh', { env, stdio: ['pipe', 'pipe', 'inherit'] });
    shell.stdin.end(lines.map((line) => `${line}\nprintf '\\036'\n`).join(''));
    return (await text(shell.stdout)).split('\x1e').slice(0, -1);
  } finally {
    await rm(folder, { recursive: true });
  }
}
