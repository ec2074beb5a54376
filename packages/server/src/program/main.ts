#!/usr/bin/env node
/**
 * The `doorward` program. Everything past the version check is imported afterwards, for an old Node could not read it.
 */
import './node-version.ts';
import { keepYoungHeapSmall } from './serving/young-heap.ts';

keepYoungHeapSmall();

const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
