/**
 * What a test run prints: a line for each file as it ends, every failing test in full, the slowest files, and the
 * counts, which also go to tools/test.mjs where that has started the run. A test that is skipped counts as
 * failed: a rule that is not checked is not kept.
 */
import { join, relative } from 'node:path';

const slowestShown = 10;
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

/** The reporter that vitest.config.ts names. */
export default class HouseReporter {
  #vitest;
  #passed = 0;
  /** One line for each failure, in the order of their coming. */
  #failures = [];
  #times = [];

  onInit(vitest) {
    this.#vitest = vitest;
    // Nobody waits for the counts of a run whose tool was killed.
    process.once('disconnect', () => process.exit(1));
    process.channel?.unref();
  }

  onUserConsoleLog(log) {
    (log.type === 'stderr' ? process.stderr : process.stdout).write(log.content);
  }

  /** In `npm run faults` a file may take hours: whoever waits is told of each test. */
  onTestCaseResult(test) {
    if (process.env.FAULT_ROUNDS === undefined) return;
    const { state, errors = [] } = test.result();
    if (state === 'skipped') return;
    const time = seconds(test.diagnostic()?.duration ?? 0);
    console.log([`${state}  ${test.fullName}  ${time}`, ...errors.map(({ message }) => message)].join('\n'));
  }

  onTestModuleEnd(module) {
    const before = this.#failures.length;
    const { duration, collectDuration } = module.diagnostic();
    const name = relative(this.#vitest.config.root, module.moduleId);
    this.#times.push({ name, time: duration + collectDuration });
    const faults = this.#faultsOf(module, name);
    const count = [...module.children.allTests('passed')].length;
    this.#passed += count;
    this.#failures.push(...faults.map((fault) => fault.title));
    const failed = this.#failures.length - before;
    const verdict =
      failed === 0 ? `ok    ${name}  ${count} tests` : `FAIL  ${name}  ${count} passed, ${failed} failed`;
    console.log(`${verdict}  ${seconds(duration + collectDuration)}`);
    for (const fault of faults) this.#print(fault, module.project);
  }

  async onTestRunEnd(_modules, unhandled) {
    for (const error of unhandled) {
      this.#print({ title: 'outside any test', errors: [error] });
      this.#failures.push(`outside any test: ${error.message}`);
    }
    this.#printSlowest();
    if (this.#failures.length > 0)
      console.log(`\nfailed:\n${this.#failures.map((line) => `  ${line}`).join('\n')}`);
    const counts = { passed: this.#passed, failed: this.#failures.length };
    console.log(`\ntests: ${counts.passed} passed, ${counts.failed} failed`);
    if (counts.failed > 0) process.exitCode = 1;
    if (process.send) await new Promise((resolve) => process.send(counts, resolve));
  }

  /** Faults outside tests (a file that does not load, a hook), then the tests themselves. */
  #faultsOf(module, name) {
    const faults = [];
    const groups = [module, ...module.children.allSuites()];
    for (const group of groups) {
      const errors = group.errors();
      const title = group === module ? name : `${name} > ${group.fullName}`;
      if (errors.length > 0) faults.push({ title, errors });
    }
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      const title = `${name} > ${test.fullName}`;
      if (state === 'failed') faults.push({ title, errors });
      else if (state !== 'passed' && !this.#unwanted())
        faults.push({ title: `${title} (did not run)`, errors: [] });
    }
    return faults;
  }

  /** With `-t` a person picks tests by name; the others are meant not to run. */
  #unwanted() {
    return this.#vitest.config.testNamePattern !== undefined;
  }

  #print({ title, errors }, project) {
    console.log(`\nFAIL  ${title}`);
    for (const error of errors) this.#vitest.logger.printError(error, { project, fullStack: false });
  }

  #printSlowest() {
    const slowest = this.#times.toSorted((a, b) => b.time - a.time).slice(0, slowestShown);
    if (slowest.length < 2) return;
    console.log('\nslowest files:');
    for (const { name, time } of slowest) console.log(`  ${seconds(time).padStart(9)}  ${join(name)}`);
  }
}
