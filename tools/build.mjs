/** `npm run build`: installs what is missing and compiles what changed. */
import { tool } from './run.mjs';
import { ensureBuilt, ensureInstalled } from './setup.mjs';

await tool(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
