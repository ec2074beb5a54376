/**
 * Child processes and what a person sees while they run. Plain JavaScript without dependencies: it also runs
 * before the installation, under an old Node.
 */
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** A fault that is told as it stands, without a stack: the message is written for the person at the terminal. */
export class ToolFault extends Error {}

/**
 * Runs a program to its end and collects what it prints. Never throws: a program that cannot be started has
 * the code 127 and says why in its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function collect(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (fault) => resolve({ code: 127, output: fault.message }));
    child.on('close', (code, signal) => {
      const ending = signal === null ? '' : `ended by ${signal}\n`;
      // Not every tool heeds NO_COLOR.
      const output = stripVTControlCharacters(Buffer.concat(chunks).toString('utf8'));
      resolve({ code: code ?? 1, output: output + ending });
    });
  });
}

/** The environment of a child whose output is read or kept: without colours. */
export function plainEnvironment() {
  const { FORCE_COLOR: _, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1' };
}

/** Seconds since `start` (a reading of `performance.now()`), with one decimal. */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/**
 * Says what is being done while `work` runs: a terminal sees the seconds tick on one line, anything else a
 * line at the start and one every fifteen seconds.
 * @template T
 * @param {string} doing for example "installing dependencies"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(doing, work) {
  const start = performance.now();
  const terminal = process.stdout.isTTY;
  const elapsed = () => `${Math.round((performance.now() - start) / 1000)} s`;
  if (!terminal) console.log(`${doing}…`);
  const show = () =>
    terminal ? process.stdout.write(`\r${doing}… ${elapsed()}`) : console.log(`${doing}… ${elapsed()}`);
  if (terminal) show();
  const timer = setInterval(show, terminal ? 1000 : 15_000);
  let ending = 'failed after';
  try {
    const result = await work();
    ending = 'done in';
    return result;
  } finally {
    clearInterval(timer);
    if (terminal) process.stdout.write('\r\u001b[K');
    console.log(`${doing}: ${ending} ${secondsSince(start)}`);
  }
}

/**
 * The body of a tool: its fault is printed in one piece and the process ends with the code 1.
 * @param {() => Promise<void>} work
 */
export async function tool(work) {
  try {
    await work();
  } catch (fault) {
    console.error(fault instanceof ToolFault ? `\n${fault.message}\n` : fault);
    process.exitCode = 1;
  }
}
