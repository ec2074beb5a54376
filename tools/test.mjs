/**
 * `npm test`: the checks, then the tests. A stage that fails does not stop the next, so that all faults are seen
 * at once; each counts as one test. `npm test -- <filter>` hands the filter to the test runner and runs nothing
 * else. The last line is always `N passed, N failed`; the exit code is 1 when something failed or nothing ran.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collect, plainEnvironment, secondsSince } from './run.mjs';
import { part, runTests, told, withTools } from './run-tests.mjs';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './setup.mjs';

const tsc = part('@typescript', 'native', 'bin', 'tsc');

/** Each stage: its name and what it does; a string given back is the fault. */
const stages = [
  {
    name: 'types',
    run: () => commands([[tsc, '-b'], ...testProjects().map((project) => [tsc, '-p', project])]),
  },
  {
    name: 'lint',
    run: () => commands([[part('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings']]),
  },
  { name: 'format', run: () => commands([[part('@biomejs', 'biome', 'bin', 'biome'), 'check']]) },
  { name: 'unused', run: () => commands([[part('knip', 'bin', 'knip.js'), '--no-progress']]) },
  { name: 'build', run: build },
];

/** The TypeScript projects that are checked and not built: tests and examples. */
const testProjects = () => [
  ...projectsIn('packages', 'test'),
  ...projectsIn('examples'),
  join('test', 'tsconfig.json'),
];

const projectsIn = (folder, ...inside) =>
  readdirSync(join(root, folder))
    .sort()
    .map((name) => join(folder, name, ...inside, 'tsconfig.json'))
    .filter((path) => existsSync(join(root, path)));

/** Runs the commands one after the other, each with the pinned Node, and gives back what the failing ones said. */
async function commands(list) {
  const faults = [];
  for (const args of list) {
    const { code, output } = await collect(pinnedNode(), args, {
      cwd: root,
      env: withTools(plainEnvironment()),
    });
    if (code !== 0) faults.push(output.trim() || `${args.join(' ')} ended with code ${code}`);
  }
  return faults.length === 0 ? undefined : faults.join('\n');
}

async function build() {
  try {
    await ensureBuilt({ quiet: true });
    return undefined;
  } catch (fault) {
    return told(fault);
  }
}

async function runStage({ name, run }) {
  const start = performance.now();
  const fault = await run();
  console.log(`${fault === undefined ? 'ok  ' : 'FAIL'}  ${name}  ${secondsSince(start)}`);
  if (fault !== undefined) console.log(`\n${fault}\n`);
  return fault === undefined;
}

async function runAll(filters) {
  const total = { passed: 0, failed: 0 };
  const count = (passed, failed) => {
    total.passed += passed;
    total.failed += failed;
  };
  try {
    await ensureInstalled();
    if (filters.length === 0)
      for (const stage of stages) count(...((await runStage(stage)) ? [1, 0] : [0, 1]));
    else await ensureBuilt({ quiet: true });
    const tests = await runTests(filters);
    count(tests.passed, tests.failed);
  } catch (fault) {
    console.log(`\n${told(fault)}\n`);
    count(0, 1);
  }
  return total;
}

const { passed, failed } = await runAll(process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
