/** `npm run pictures`: draws every page that people see into docs/pictures, in a real browser. Look at each afterwards. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from './run.mjs';
import { runTests } from './run-tests.mjs';
import { ensureBuilt, ensureInstalled, root } from './setup.mjs';

const folder = join(root, 'docs', 'pictures');

/** The looks of a page, as the names of its pictures end, and what is said of them. */
const looks = { light: 'English, light', dark: 'German, dark', arabic: 'Arabic' };

/** A page that shows all pictures, a row for each page of ours. */
function gallery() {
  const pages = readdirSync(folder).flatMap((name) => /^(.+)-light\.png$/.exec(name)?.[1] ?? []);
  const cell = (page, look) => `<img src="${page}-${look}.png" alt="${page}, ${looks[look]}" width="240">`;
  const row = (page) =>
    `| ${page} | ${Object.keys(looks)
      .map((look) => cell(page, look))
      .join(' | ')} |`;
  return `<!-- Printed by \`npm run pictures\`; do not edit. -->

# Every page that people see

| page | ${Object.values(looks).join(' | ')} |
| --- | --- | --- | --- |
${pages.sort().map(row).join('\n')}
`;
}

await tool(async () => {
  await ensureInstalled();
  await ensureBuilt({ quiet: true });
  const { failed } = await runTests(['test/browser/pictures.test.ts'], {
    PICTURES: folder,
  });
  writeFileSync(join(folder, 'README.md'), gallery());
  process.exitCode = failed > 0 ? 1 : 0;
});
