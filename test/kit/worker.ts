/** Loaded before each file of tests, in the process that the runner has made for it. */
import './children.ts';

// When the runner was killed, nobody is left to report to.
process.once('disconnect', () => process.exit(1));
