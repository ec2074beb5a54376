/*
 * `npm run docs`: prints docs/config.md, docs/failures.md and docs/endpoints.md from the tables that the server runs on, and
 * docs/standards.md from what the sources cite.
 * A house test prints them again and compares; run this after every change of a table.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { failures } from '../packages/server/src/domain/failures.ts';
import { routes } from '../packages/server/src/http/routes.ts';
import {
  configurationTable,
  environmentName,
} from '../packages/server/src/program/configuration/configuration-table.ts';
import { standards } from './standards.mjs';

const printed = '<!-- Printed by `npm run docs` from the tables of the program; do not edit. -->\n';

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text) => `\`${cell(text)}\``;
const table = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Every page, by its path from the top folder. */
export function pages() {
  return {
    'docs/config.md': configurationPage(),
    'docs/failures.md': failuresPage(),
    'docs/endpoints.md': endpointsPage(),
    'docs/standards.md': standardsPage(),
  };
}

function configurationPage() {
  const rows = Object.entries(configurationTable).map(([name, { type, fallback, sentence }]) => [
    code(name),
    code(environmentName(name)),
    typeWords(type),
    fallbackWords(name, fallback),
    cell(sentence),
  ]);
  return `${printed}
# Settings

Every setting can stand in a JSON file under its name (\`--config <file>\`, or the variable \`DOORWARD_CONFIG\`), in the
environment, or among the flags of \`doorward serve\` (\`sessionIdle\` is \`--session-idle\`). Flags beat the environment, and that
beats the file. Whatever is not known is refused, and all problems are told at once: \`doorward config\` shows what holds.
Secrets have no flag, for the arguments of a process can be read by everybody on the machine.

${table(['name', 'environment', 'type', 'default', 'what it decides'], rows)}
`;
}

function typeWords(type) {
  if (type.kind === 'number') {
    const unit = type.unit === 'count' ? 'number' : type.unit;
    return `${unit}, ${type.least} to ${type.most}`;
  }
  if (type.kind === 'choice') return type.of.map(code).join(', ');
  return { text: 'text', secret: 'secret', url: 'origin', list: 'list, separated by commas' }[type.kind];
}

function fallbackWords(name, fallback) {
  // The only default that is not the same everywhere.
  if (name === 'hashingConcurrency') return 'processors';
  if (fallback === undefined || fallback.length === 0) return '–';
  return code(fallback);
}

function failuresPage() {
  const rows = Object.entries(failures).map(([name, { status, title, standard }]) => [
    code(name),
    status,
    cell(title),
    standard === undefined ? '' : cell(standard),
  ]);
  return `${printed}
# Failures

Every refusal is a problem document (RFC 9457) with one of these codes; the code is the contract, the sentence may be
bettered. A 401, 403 or 429 also carries a \`decision\`: give it to the operator, who reads the exact check that failed with
\`doorward why <decision>\`.

${table(['code', 'status', 'sentence', 'standard'], rows)}
`;
}

function endpointsPage() {
  const subjects = [...new Set(routes.map(({ subject }) => subject))];
  const sections = subjects.map((subject) => {
    const rows = routes.filter((route) => route.subject === subject).map(endpointRow);
    return `## ${subject[0].toUpperCase()}${subject.slice(1)}\n\n${table(
      ['endpoint', 'who', 'forged requests', 'limits', 'what it does', 'answers'],
      rows,
    )}`;
  });
  return `${printed}
# Endpoints

The server answers these and nothing else. *Forged requests* says how a request that another site makes a browser send is kept
out: \`always\` asks every browser where it comes from, \`carrier\` only those whose credential goes along by itself. The
schemas are in \`/openapi.json\`, and to be tried at \`/docs\` of a running server. The failures are [listed](failures.md).

${sections.join('\n\n')}
`;
}

function endpointRow({ method, path, access, forgery, limits, summary, answers, failures: own }) {
  const fine = Object.entries(answers).map(([status, { description }]) => `${status}: ${cell(description)}`);
  const refused = own.map((name) => code(name));
  return [
    code(`${method} ${path}`),
    accessWords(access),
    forgery === 'none' ? '–' : code(forgery),
    limits.includes('none') ? '–' : limits.join(', '),
    cell(summary),
    [...fine, ...(refused.length > 0 ? [`refused: ${refused.join(', ')}`] : [])].join('<br>'),
  ];
}

function accessWords(access) {
  switch (access.who) {
    case 'anyone':
      return 'anyone';
    case 'session':
      return 'a session';
    case 'permitted':
      return `permission ${code(access.permission)}`;
    default: {
      const scope = access.scope === undefined ? [] : [`API keys with ${code(access.scope)}`];
      return ['an account', ...scope, ...(access.basic ? ['Basic'] : [])].join('; ');
    }
  }
}

/** Numbers by their value, not by their letters. */
const inOrder = (one, other) => one.localeCompare(other, 'en', { numeric: true });

function standardsPage() {
  const rows = standards();
  const names = [...new Set(rows.map(({ standard }) => standard))].sort(inOrder);
  const sections = names.map((name) => {
    const own = rows.filter(({ standard }) => standard === name);
    own.sort((one, other) => inOrder(one.section, other.section));
    const lines = own.map(({ section, sources, tests }) => [
      section || 'the whole',
      sources.map((path) => code(path.replace('packages/server/src/', ''))).join('<br>'),
      tests.length === 0 ? 'through the endpoints that use it' : some(tests).map(code).join('<br>'),
    ]);
    return `## ${name}\n\n${table(['section', 'done in', 'tried by'], lines)}`;
  });
  return `${printed}
# Standards

Each section of a standard that the sources cite: the files that follow it, and the tests that try it. Paths without a package
are of \`packages/server/src\`. Where tests name the section these are shown, else those that use the files; of many, the first
eight.

${sections.join('\n\n')}
`;
}

const some = (paths) => paths.slice(0, 8);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(pages()))
    await writeFile(new URL(`../${path}`, import.meta.url), text);
}
