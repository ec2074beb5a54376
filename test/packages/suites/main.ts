/** Runs the suites in a runtime that has a command line: `main.ts <issuer>`. */
import { argv } from 'node:process';
import { runSuites } from './run.ts';

console.log(JSON.stringify(await runSuites(argv[2] ?? '')));
