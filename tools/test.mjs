/**
 * `npm test`: the checks, then the tests. A stage that fails does not stop the next, so that all faults are seen
 * at once; each counts as one test. `npm test -- <filter>` hands the filter to the test runner and runs nothing
 * else. The last line is always `N passed, N failed`; the exit code is 1 when something failed or nothing ran.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { collect, plainEnvironment, secondsSince, ToolFault } from './run.mjs';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './setup.mjs';

const part = (...path) => join(root, 'node_modules', ...path);
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

/** npm puts the tools of node_modules on the path; whoever runs this file without npm gets the same. */
const withTools = (environment) => ({
  ...environment,
  PATH: `${part('.bin')}${delimiter}${process.env.PATH ?? ''}`,
});

async function runStage({ name, run }) {
  const start = performance.now();
  const fault = await run();
  console.log(`${fault === undefined ? 'ok  ' : 'FAIL'}  ${name}  ${secondsSince(start)}`);
  if (fault !== undefined) console.log(`\n${fault}\n`);
  return fault === undefined;
}

/**
 * Runs vitest; its reporter (tools/reporter.mjs) sends the counts. A run that ends without counts, or badly without
 * a failing test, is a failure too.
 */
function runTests(filters) {
  const environment = process.env.CI ? plainEnvironment() : process.env;
  const child = spawn(pinnedNode(), [part('vitest', 'vitest.mjs'), 'run', ...filters], {
    cwd: root,
    env: withTools(environment),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve) => {
    let counts = { passed: 0, failed: 0 };
    child.on('message', (message) => {
      if (typeof message?.passed === 'number' && typeof message.failed === 'number') counts = message;
    });
    child.on('error', (fault) => {
      console.log(`FAIL  the test runner could not be started: ${fault.message}`);
      resolve({ passed: 0, failed: 1 });
    });
    child.on('close', (code, signal) => {
      if (code === 0 || counts.failed > 0) return resolve(counts);
      console.log(`FAIL  the test runner ended with ${signal ?? `code ${code}`}`);
      return resolve({ ...counts, failed: counts.failed + 1 });
    });
  });
}

const told = (fault) => (fault instanceof ToolFault ? fault.message : String(fault?.stack ?? fault));

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
