/**
 * The performance contract, one command: `npm run bench`. `npm run bench -- throughput start-up` measures some of it anew. When
 * all of it was measured on this machine it goes to RESULTS.md and into the plot. Exit status 1 when a limit is missed.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { besideBetterAuth } from './better-auth.ts';
import { type Finding, judge, type Measurement, readContract, unmeasured } from './contract.ts';
import { floodOfSignIns } from './flood.ts';
import { guarding } from './guard.ts';
import { largeStore } from './large-store.ts';
import { thisMachine } from './machine.ts';
import { clientsEndpoints } from './oauth.ts';
import { signInPage } from './pages.ts';
import { plot } from './plot.ts';
import { onPostgres } from './postgres.ts';
import { columns, progress, verdict } from './report.ts';
import { keep, merge, recall, resultsPage } from './results.ts';
import { signingIn } from './sign-in.ts';
import { signingOut } from './sign-out.ts';
import { startingUp } from './start-up.ts';
import { steadyUse } from './steady.ts';
import { throughput } from './throughput.ts';
import { severalProcesses } from './workers.ts';

const suites: Readonly<Record<string, () => Promise<readonly Measurement[]>>> = {
  throughput,
  'better-auth': besideBetterAuth,
  oauth: clientsEndpoints,
  'sign-in': signingIn,
  flood: floodOfSignIns,
  pages: signInPage,
  'sign-out': signingOut,
  'start-up': startingUp,
  workers: severalProcesses,
  postgres: onPostgres,
  'large-store': largeStore,
  guard: guarding,
  steady: steadyUse,
};

const asked = process.argv.slice(2);
const chosen = asked.length === 0 ? Object.keys(suites) : asked;
const contract = readContract();
const machine = thisMachine();
const findings: Finding[] = [];
for (const [at, name] of chosen.entries()) {
  const suite = suites[name];
  if (!suite) throw new Error(`there is no bench "${name}"; there are ${Object.keys(suites).join(', ')}`);
  progress(`${name} (${at + 1} of ${chosen.length})`);
  for (const measurement of await suite())
    findings.push(judge(contract, measurement, availableParallelism()));
}

const all = merge(contract, asked.length === 0 ? [] : await recall(machine), findings);
const results = { machine, day: new Date().toISOString().slice(0, 10), findings: all };
await keep(results);
const missing = unmeasured(contract, all);
if (missing.length === 0) {
  await writeFile(new URL('RESULTS.md', import.meta.url), resultsPage(contract, results));
  await writeFile(new URL('results.svg', import.meta.url), plot(contract, all));
} else progress(`RESULTS.md stays as it is: on this machine nobody has measured ${missing.join(', ')}`);

const rows = findings.map((one) => [one.what, one.measured, one.limit, verdict(one.holds)]);
process.stdout.write(`${columns([['', 'measured', 'limit', ''], ...rows])}\n`);
process.exitCode = findings.every(({ holds }) => holds !== false) ? 0 : 1;
