/**
 * Running the programs that a page shows. Each `ts` block of a Markdown page is one module; a block whose first line is
 * `// name.ts` has that name, so that later blocks can import from it, and the others are called by their number:
 * `1.ts` is the first block of the page. Our packages are taken from their sources, the others from where they are
 * installed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The programs of a page, in a folder of their own. */
export interface Snippets {
  readonly folder: string;
  /** In the order of the page. */
  readonly names: readonly string[];
  /** What the compiler has against them; empty when nothing. */
  check(): Promise<string>;
  /** Runs one to its end and gives back what it printed. Rejects with all of its words when it fails. */
  run(name: string, how?: RunOptions): Promise<string>;
  /** Starts one that does not end, such as a server, and resolves when it has printed `ready`. */
  start(name: string, ready: RegExp, how?: RunOptions): Promise<StartedSnippet>;
  /** Removes the folder. */
  remove(): Promise<void>;
}

/** How a program is run. */
export interface RunOptions {
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Flags of Node. */
  readonly flags?: readonly string[];
}

/** A program that runs. */
export interface StartedSnippet {
  /** What it has printed so far, on both streams. */
  printed(): string;
  /** Ends it. */
  stop(): Promise<void>;
}

/** What stands in a page and is somewhere else in a test: `{ 'https://id.example.com': serving.origin }`. */
export type Places = Readonly<Record<string, string>>;

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Inside of the work tree, so that installed packages are found, and where version control does not look. */
const home = join(root, 'test', 'data');
const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

/** Writes the programs of a page down. A page without any throws. */
export async function snippetsOf(page: URL, places: Places = {}): Promise<Snippets> {
  const blocks = blocksOf(await readFile(page, 'utf8'));
  if (blocks.length === 0) throw new Error(`${page.pathname} shows no program`);
  const doors = await doorsOf();
  await mkdir(home, { recursive: true });
  const folder = await mkdtemp(join(home, 'snippets-'));
  for (const { name, text } of blocks)
    await writeFile(join(folder, name), placed(opened(text, doors), places));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const begin = (name: string, { environment, flags = [] }: RunOptions): Running =>
    running([...flags, name], folder, environment);
  return {
    folder,
    names: blocks.map(({ name }) => name),
    check: async () => {
      const { exited, output } = running([compiler, '--pretty', 'false'], folder);
      await exited;
      return output.all;
    },
    run: async (name, how = {}) => {
      const { exited, output } = begin(name, how);
      const code = await exited;
      if (code !== 0) throw new Error(`${name} ended with ${code}:\n${output.all}`);
      return output.plain;
    },
    start: async (name, ready, how = {}) => {
      const started = begin(name, how);
      await untilPrinted(name, ready, started);
      return {
        printed: () => started.output.all,
        stop: async () => {
          started.child.kill();
          await started.exited;
        },
      };
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** As strict as our own programs. */
const settings = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
  },
  include: ['*.ts'],
};

interface Block {
  readonly name: string;
  readonly text: string;
}

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = ''], at) => ({
    name: /^\/\/ ([\w-]+\.ts)\n/.exec(text)?.[1] ?? `${at + 1}.ts`,
    text,
  }));

/** By each name under which one of our packages can be imported, the source file that stands behind it. */
async function doorsOf(): Promise<ReadonlyMap<string, string>> {
  const doors = new Map<string, string>();
  for (const folder of ['server', 'guard', 'client'].map((name) => join(root, 'packages', name))) {
    const { name, exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      exports: Readonly<Record<string, string | { readonly default: string }>>;
    };
    for (const [door, target] of Object.entries(exports)) {
      const file = typeof target === 'string' ? target : target.default;
      const built = /^\.\/dist\/(.+)\.js$/.exec(file)?.[1];
      if (built) doors.set(`${name}${door.slice(1)}`, join(folder, 'src', `${built}.ts`));
    }
  }
  return doors;
}

/** A program whose imports of our packages lead to their sources. */
const opened = (text: string, doors: ReadonlyMap<string, string>): string =>
  text.replace(/\bfrom '([^']+)'/g, (whole, name: string) => {
    const source = doors.get(name);
    return source === undefined ? whole : `from '${relative(join(home, 'snippets'), source)}'`;
  });

const placed = (text: string, places: Places): string =>
  Object.entries(places).reduce((moved, [from, to]) => moved.replaceAll(from, to), text);

interface Running {
  readonly child: ChildProcess;
  /** What it printed: on standard output, and on both streams. */
  readonly output: { plain: string; all: string };
  /** The exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

function running(args: readonly string[], folder: string, environment = {}): Running {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, PATH: path, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { plain: '', all: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.plain += text;
    output.all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.all += text;
  });
  return { child, output, exited: once(child, 'close').then(([code]) => code as number | null) };
}

/** Rejects with what it printed when it ends before. */
function untilPrinted(name: string, ready: RegExp, { child, output, exited }: Running): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (ready.test(output.all)) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    void exited.then((code) => reject(new Error(`${name} ended with ${code}:\n${output.all}`)));
  });
}
