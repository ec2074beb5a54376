/** `npm run pictures`: draws every page that people see into docs/pictures, in a real browser. Look at each afterwards. */
import { join } from 'node:path';
import { tool } from './run.mjs';
import { runTests } from './run-tests.mjs';
import { ensureBuilt, ensureInstalled, root } from './setup.mjs';

await tool(async () => {
  await ensureInstalled();
  await ensureBuilt({ quiet: true });
  const { failed } = await runTests(['test/browser/pictures.test.ts'], {
    PICTURES: join(root, 'docs', 'pictures'),
  });
  process.exitCode = failed > 0 ? 1 : 0;
});
