/**
 * `npm run examples`: installs what is missing, compiles what changed, then starts the five systems side by side until
 * Ctrl-C. `EXAMPLES_PORTS` names five other ports, separated by commas; `EXAMPLES_DATA` another folder for their data.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ToolFault, tool } from './run.mjs';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './setup.mjs';

const names = ['opaque-token', 'jwt-bearer', 'session-cookie', 'jwt-cookie', 'token-client'];
const usualPorts = '5000,5001,5002,5003,8000';
/** Secrets that a system does not start without; alone it has them made by hand, which its page explains. */
const needed = { 'jwt-bearer': ['TOKEN_SECRET', 'ENCRYPTION_KEY'] };
const widest = Math.max(...names.map((name) => name.length));

/** Milliseconds between two looks at the parent. */
const parentCheck = 250;

const data = process.env.EXAMPLES_DATA ?? join(root, 'data', 'examples');

/** Five ports, in the order of the systems. Throws a `ToolFault` for anything else. */
function chosenPorts() {
  const ports = (process.env.EXAMPLES_PORTS ?? usualPorts).split(',').map((port) => port.trim());
  if (ports.length === names.length && ports.every((port) => /^\d{1,5}$/.test(port))) return ports;
  throw new ToolFault(`EXAMPLES_PORTS must be ${names.length} ports, such as ${usualPorts}.`);
}

/** The file with the secrets of a system: the one that its page has made, else one that is made here, once. */
function secretsOf(name) {
  const byHand = join(root, 'examples', name, '.env');
  const variables = needed[name] ?? [];
  if (variables.every((variable) => process.env[variable]) || existsSync(byHand)) return [];
  const file = join(data, name, '.env');
  mkdirSync(join(data, name), { recursive: true, mode: 0o700 });
  const made = variables.map((variable) => `${variable}=${randomBytes(32).toString('base64url')}\n`);
  if (!existsSync(file)) writeFileSync(file, made.join(''), { mode: 0o600, flag: 'wx' });
  return [`--env-file=${file}`];
}

/** Starts a system; `ready` resolves to its address, `ended` when it is over, both for good. */
function start(name, port) {
  // A process group of its own: Ctrl-C reaches this tool alone, which then stops all five in good order.
  const child = spawn(pinnedNode(), [...secretsOf(name), join(root, 'examples', name, 'src', 'server.ts')], {
    env: { ...process.env, PORT: port, DATA_FOLDER: join(data, name) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let screen = '';
  let address;
  const ended = new Promise((resolve) => {
    child.on('error', (fault) => resolve(fault.message));
    child.on('close', () => resolve(screen));
  });
  const ready = new Promise((resolve, reject) => {
    const hear = (text) => {
      if (address !== undefined) return tell(name, text);
      screen += text;
      address = /Listening on (http:\S+)/.exec(screen)?.[1];
      if (address === undefined) return undefined;
      const before = screen.replace(/^Listening on .*\n?/m, '');
      if (before.trim() !== '') tell(name, before);
      return resolve(address);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    void ended.then((last) => reject(new ToolFault(whyNot(name, last))));
  });
  return { name, ready, ended, stop: () => child.kill('SIGTERM') };
}

/** Lines of a system, each under its name. */
const tell = (name, text) => console.log(text.trimEnd().replace(/^/gm, `${name.padEnd(widest)}  `));

function whyNot(name, screen) {
  const taken = /Port \d+ is taken by another program\./.exec(screen)?.[0];
  if (taken === undefined) return `${name} does not run:\n${screen.trim()}`;
  return `${name} does not run: ${taken}\nEnd that program, or choose other ports: EXAMPLES_PORTS=${usualPorts}`;
}

/** Resolves when a person, or the end of npm, tells to stop. */
function askedToStop() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
    if (process.env.npm_lifecycle_event === undefined) return;
    // A signal that goes to npm alone never reaches this process; that its parent is gone tells.
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || resolve(), parentCheck).unref();
  });
}

/** Prints the address of each, once all of them listen. */
async function announce(systems) {
  const addresses = await Promise.all(systems.map(({ ready }) => ready));
  for (const [at, address] of addresses.entries()) tell(names[at], address);
  console.log('\nCtrl-C stops all five.');
}

async function runAll(ports) {
  const asked = askedToStop();
  const systems = names.map((name, at) => start(name, ports[at]));
  const lost = Promise.race(
    systems.map(async ({ name, ready, ended }) => {
      await ready;
      await ended;
      throw new ToolFault(`${name} has ended, so the others were stopped.`);
    }),
  );
  try {
    await Promise.race([asked, lost, announce(systems).then(() => asked)]);
  } finally {
    for (const { stop } of systems) stop();
    await Promise.all(systems.map(({ ended }) => ended));
  }
}

await tool(async () => {
  const ports = chosenPorts();
  await ensureInstalled();
  await ensureBuilt();
  await runAll(ports);
});
