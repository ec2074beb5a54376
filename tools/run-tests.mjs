/** How the tools run vitest, and what they print of faults. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { plainEnvironment, ToolFault } from './run.mjs';
import { pinnedNode, root } from './setup.mjs';

/** A path inside of node_modules. */
export const part = (...path) => join(root, 'node_modules', ...path);

/** npm puts the tools of node_modules on the path; whoever runs this file without npm gets the same. */
export const withTools = (environment) => ({
  ...environment,
  PATH: `${part('.bin')}${delimiter}${process.env.PATH ?? ''}`,
});

/**
 * Runs vitest; its reporter (tools/reporter.mjs) sends the counts. A run that ends without counts, or badly without
 * a failing test, is a failure too.
 * @param {readonly string[]} filters
 * @param {Record<string, string>} [settings] added to the environment
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export function runTests(filters, settings = {}) {
  const environment = { ...(process.env.CI ? plainEnvironment() : process.env), ...settings };
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

/** A fault in words. */
export const told = (fault) => (fault instanceof ToolFault ? fault.message : String(fault?.stack ?? fault));
