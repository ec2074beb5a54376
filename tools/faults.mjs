/**
 * `npm run faults`: breaks everything that can break, and checks that the promises hold. `npm test` does a little of it;
 * this does all, for as long as it is told to. The last line is `N passed, N failed`.
 */
import { parseArgs } from 'node:util';
import { ToolFault } from './run.mjs';
import { runTests, told } from './run-tests.mjs';
import { ensureBuilt, ensureInstalled } from './setup.mjs';

const usage = `npm run faults -- [options] [cluster] [files...]

  --rounds <count>   how often each thing goes wrong (default: 200)
  --images <count>   images of the disk after a power loss (default: 300)
  --seed <number>    the chances of an earlier run, as it has printed them
  --test <words>     only tests with these words in their names, such as FLT-01

Files are parts of paths: "npm run faults -- power-loss" tries that one file. "npm run faults -- cluster" tries another
place, a pair of Postgres servers behind HAProxy and PgBouncer (ops/README.md), which Debian's packages make.`;

const count = { type: 'string' };

function called() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { rounds: count, images: count, seed: count, test: count, help: { type: 'boolean' } },
    });
    if (values.help) return undefined;
    for (const name of ['rounds', 'images', 'seed'])
      if (values[name] !== undefined && !/^[1-9]\d{0,9}$/.test(values[name]))
        throw new ToolFault(`--${name} must be a whole number above 0.`);
    return { ...values, positionals };
  } catch (fault) {
    throw new ToolFault(`${told(fault)}\n\n${usage}`);
  }
}

async function run({ rounds = '200', images = '300', seed, test, positionals }) {
  await ensureInstalled();
  await ensureBuilt({ quiet: true });
  const settings = {
    FAULT_ROUNDS: rounds,
    FAULT_IMAGES: images,
    ...(seed === undefined ? {} : { FAULT_SEED: seed }),
  };
  const isCluster = positionals[0] === 'cluster';
  const files = isCluster ? positionals.slice(1) : positionals;
  const filters = files.length === 0 ? ['test/faults'] : files;
  const names = test === undefined ? [] : ['-t', test];
  const projects = isCluster ? ['cluster'] : ['faults', 'measured'];
  const chosen = projects.flatMap((project) => ['--project', project]);
  return runTests([...chosen, ...filters, ...names], {
    ...settings,
    ...(isCluster ? { FAULT_CLUSTER: 'yes' } : {}),
  });
}

let counts = { passed: 0, failed: 1 };
try {
  const options = called();
  if (options === undefined) {
    console.log(usage);
    process.exit(0);
  }
  counts = await run(options);
} catch (fault) {
  console.log(told(fault));
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
