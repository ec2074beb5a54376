/**
 * The keeper of a test's children (`children.ts`): reads their ids, one line for all of them each time that they change, until the
 * pipe closes; then it ends who still runs, kindly and, after a moment, by force, with all that they have started.
 */
import { createInterface } from 'node:readline';
import { descendantsOf, signal } from '../../ops/process-tree.ts';

/** Milliseconds in which they may end by themselves. */
const grace = 2000;

let last = '';
for await (const line of createInterface({ input: process.stdin })) last = line;
const children = last.split(' ').filter(Boolean).map(Number);
if (children.length > 0) {
  const all = [...children, ...children.flatMap(descendantsOf)];
  // Whoever was given a group of their own is ended with it.
  const groups = children.map((pid) => -pid);
  signal([...children, ...groups], 'SIGTERM');
  setTimeout(() => signal([...all, ...groups], 'SIGKILL'), grace);
}
