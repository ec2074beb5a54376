/** `npm run bench`: installs and builds what is needed, then measures. Names after `--` choose: `npm run bench -- throughput`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tool } from './run.mjs';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './setup.mjs';

await tool(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const program = ['--expose-gc', join(root, 'bench', 'run.ts'), ...process.argv.slice(2)];
  process.exitCode = spawnSync(pinnedNode(), program, { stdio: 'inherit' }).status ?? 1;
});
