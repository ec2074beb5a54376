/**
 * The performance contract, one command: `npm run bench`. `npm run bench -- throughput start-up` runs some of it. Exit
 * status 1 when a limit is missed.
 */
import { guarding } from './guard.ts';
import { largeStore } from './large-store.ts';
import { clientsEndpoints } from './oauth.ts';
import { type Finding, table } from './report.ts';
import { signingIn } from './sign-in.ts';
import { signingOut } from './sign-out.ts';
import { startingUp } from './start-up.ts';
import { steadyUse } from './steady.ts';
import { throughput } from './throughput.ts';

const suites: Readonly<Record<string, () => Promise<Finding[]>>> = {
  throughput,
  oauth: clientsEndpoints,
  'sign-in': signingIn,
  'sign-out': signingOut,
  'start-up': startingUp,
  'large-store': largeStore,
  guard: guarding,
  steady: steadyUse,
};

const asked = process.argv.slice(2);
const names = asked.length === 0 ? Object.keys(suites) : asked;
const findings: Finding[] = [];
for (const name of names) {
  const suite = suites[name];
  if (!suite) throw new Error(`there is no bench "${name}"; there are ${Object.keys(suites).join(', ')}`);
  process.stderr.write(`${name} …\n`);
  findings.push(...(await suite()));
}
process.stdout.write(`${table(findings)}\n`);
process.exitCode = findings.every(({ holds }) => holds) ? 0 : 1;
