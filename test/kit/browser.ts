/**
 * A Chromium for tests: the one that CHROME_PATH names, an installed one, else the one that comes with the packages,
 * which brings its libraries and a font along and so also runs on a bare machine, without root.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

/** Where a Chromium is and what must stand in its environment. */
interface Found {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Places of installed ones. */
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Calls nobody: no updates, no variations, no sign-in. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How a Chromium behaves. */
export interface BrowserOptions {
  /** Keeps pages as they were for its back button, as people's browsers do and those of tests do not. */
  readonly keepsPages?: boolean;
}

/** Starts a Chromium without a window. Rejects with what to do when none can be had. */
export async function launchBrowser({ keepsPages = false }: BrowserOptions = {}): Promise<Browser> {
  const { executablePath, env } = await findBrowser();
  try {
    return await chromium.launch({
      executablePath,
      args,
      headless: true,
      env: { ...process.env, ...env },
      ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [],
    });
  } catch (cause) {
    throw new Error(`The Chromium at ${executablePath} does not start. ${advice}`, { cause });
  }
}

const advice = 'Install Chromium, or name one in CHROME_PATH.';

async function findBrowser(): Promise<Found> {
  const named = process.env['CHROME_PATH'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, and nothing is there.`);
    return { executablePath: named, env: {} };
  }
  const executablePath = installed.find((path) => existsSync(path));
  return executablePath === undefined ? unpacked() : { executablePath, env: {} };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const pack = join(root, 'node_modules', '@sparticuz', 'chromium');

/** Unpacks the packed Chromium, once for each version, beside the packages. */
async function unpacked(): Promise<Found> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`There is no packed Chromium for ${process.platform} ${process.arch}. ${advice}`);
  const { version } = JSON.parse(readFileSync(join(pack, 'package.json'), 'utf8')) as { version: string };
  const home = join(root, 'node_modules', '.cache', `chromium-${version}`);
  if (!existsSync(home)) await unpackTo(home);
  return { executablePath: join(home, 'chromium'), env: environment(home) };
}

/** Several test processes may come here at once: each unpacks for itself, and the first one's folder stays. */
async function unpackTo(home: string): Promise<void> {
  await mkdir(join(home, '..'), { recursive: true });
  const folder = await mkdtemp(`${home}-`);
  try {
    await inflateInto(folder);
    await writeFile(join(folder, 'fonts.conf'), fontsConf(join(home, 'fonts'), join(home, 'font-cache')));
    await rename(folder, home);
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(home)) throw thrown;
  }
}

/** The package unpacks to the temporary folder of its process, so it gets a process with a folder of its own. */
async function inflateInto(folder: string): Promise<void> {
  const archives = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'];
  const code = `import { inflate } from ${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))};
    for (const archive of ${JSON.stringify(archives.map((name) => join(pack, 'bin', name)))}) await inflate(archive);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (exitCode !== 0) throw new Error(`The packed Chromium could not be unpacked: ${said}. ${advice}`);
}

/** The libraries that it brings come first; its fonts only where the machine has none set up. */
function environment(home: string): Found['env'] {
  const libraries = [join(home, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH'] ?? ''];
  return {
    LD_LIBRARY_PATH: libraries.filter((path) => path !== '').join(delimiter),
    ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(home, 'fonts.conf') }),
  };
}

const fontsConf = (fonts: string, cache: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>
`;
