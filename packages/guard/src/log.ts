/**
 * Where lines for the operator go unless the program takes them.
 */
import type { Log } from './ports.ts';

/** Writes a line of JSON to stderr. */
export const stderrLog: Log = (line) => globalThis.console.warn(JSON.stringify(line));
