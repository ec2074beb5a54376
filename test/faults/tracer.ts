/** strace on a server that runs: makes system calls fail or take long, until it lets go. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { StartedProcess } from '../kit/process.ts';
import { requireTool } from './tools.ts';

/** Injects a fault, such as `fdatasync:error=EIO`, into all threads of a server; resolves, once it holds, to how it ends. */
export async function inject(
  server: StartedProcess,
  faults: readonly string[],
): Promise<() => Promise<void>> {
  requireTool('strace', 'strace');
  const names = faults.map((fault) => fault.split(':', 1)[0]).join();
  const injections = faults.flatMap((fault) => ['-e', `inject=${fault}`]);
  const tracer = spawn(
    'strace',
    ['-f', '-p', String(server.pid), '-o', '/dev/null', '-e', `trace=${names}`, ...injections],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(tracer, 'close');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/attached/.test(said)) resolve();
    });
    void ended.then(() => reject(new Error(`strace could not hold the server: ${said}`)));
  });
  return async () => {
    tracer.kill('SIGINT');
    await ended;
  };
}
