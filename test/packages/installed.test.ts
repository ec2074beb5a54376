import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StartedProcess, startProcess } from '../kit/process.ts';
import { root, run } from './command.ts';
import { installedProject, type Project } from './project.ts';
import { commandLine, ensureRuntimes, programs, startWorker } from './runtimes.ts';
import type { Results } from './suites/run.ts';

/** Milliseconds; the first use downloads the runtimes. */
const preparation = 300_000;
const patience = 60_000;

let project: Project;

beforeAll(async () => {
  await ensureRuntimes();
  project = await installedProject();
  return project.remove;
}, preparation);

/** What npm has noted of an installed package. */
interface Installed {
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const installed = async (): Promise<Readonly<Record<string, Installed>>> =>
  (
    JSON.parse(await readFile(join(project.folder, 'node_modules', '.package-lock.json'), 'utf8')) as {
      packages: Record<string, Installed>;
    }
  ).packages;

test('SUP-01: what the server brings along is little, under licences that leave everybody free', async () => {
  const packages = await installed();
  const brought = new Set(['node_modules/doorward']);
  for (const path of brought) {
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      brought.add(`node_modules/${name}`);
  }
  // npm leaves out what is built for other machines.
  const present = [...brought].filter((path) => packages[path]);
  const free = new Set(['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);
  expect(present.filter((path) => !free.has(packages[path]?.license ?? ''))).toEqual([]);
  expect(present.length).toBeGreaterThan(10);
  expect(present.length).toBeLessThan(75);
});

test('SUP-01: what is installed runs no script and builds nothing', async () => {
  const packages = await installed();
  const paths = Object.keys(packages);
  expect(paths).toEqual(expect.arrayContaining(['node_modules/doorward', 'node_modules/@doorward/guard']));
  expect(paths.filter((path) => packages[path]?.hasInstallScript || packages[path]?.link)).toEqual([]);
  for (const path of paths) {
    const { scripts = {} } = JSON.parse(
      await readFile(join(project.folder, path, 'package.json'), 'utf8'),
    ) as { scripts?: Record<string, string> };
    const found = ['preinstall', 'install', 'postinstall'].filter((name) => name in scripts);
    expect({ path, found }).toEqual({ path, found: [] });
    expect(await readdir(join(project.folder, path))).not.toContain('binding.gyp');
  }
  expect(paths.filter((path) => /scarf|swagger/.test(path))).toEqual([]);
});

describe('the types', () => {
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    target: 'es2024',
    types: ['node'],
  };
  const resolutions = {
    nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
    bundler: { module: 'esnext', moduleResolution: 'bundler', lib: ['es2024', 'dom'] },
  } as const;
  const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  const check = async (more: object, include: readonly string[]): Promise<string> => {
    const settings = { compilerOptions: { ...strict, ...more }, include };
    await writeFile(join(project.folder, 'tsconfig.json'), JSON.stringify(settings));
    return run(process.execPath, [compiler, '--pretty', 'false'], project.folder);
  };

  test.each(Object.keys(resolutions) as (keyof typeof resolutions)[])(
    'hold with %s resolution: for strict programs, for the READMEs, and by themselves',
    async (name) => {
      const ours = ['consumer/consumer.ts', 'suites', 'snippets'];
      expect(await check({ ...resolutions[name], skipLibCheck: false }, ours)).toBe('');
      // Not every framework's own declarations are without fault.
      expect(await check({ ...resolutions[name], skipLibCheck: true }, ['consumer/doors.ts'])).toBe('');
    },
    patience,
  );
});

describe.each(['node24', 'node26'] as const)('under %s', (runtime) => {
  const start = async (program: string): Promise<Record<string, unknown>> =>
    JSON.parse(await run(programs[runtime], [join('consumer', program)], project.folder));

  test(
    'a program serves, signs in, protects an API in three ways, and sees a sign-out',
    async () => {
      const { node, from, ...met } = await start('consumer.ts');
      expect(node).toMatch(runtime === 'node24' ? /^24\./ : /^26\./);
      const home = pathToFileURL(join(project.folder, 'node_modules')).href;
      for (const path of from as string[]) expect(path).toMatch(new RegExp(`^${home}/`));
      const good = [401, 200, true];
      expect(met).toEqual({
        ended: true,
        met: {
          offline: good,
          asking: good,
          inside: good,
          'offline after': 401,
          'asking after': 401,
          'inside after': 401,
        },
      });
    },
    patience,
  );

  test('every door opens', async () => {
    const doors = await start('doors.ts');
    for (const adapter of ['express', 'fastify', 'hono', 'node', 'web'])
      expect(doors[adapter]).toContain('protect');
    expect(doors).toMatchObject({
      client: expect.arrayContaining(['createClient', 'memoryStore']),
      guard: expect.arrayContaining(['guard', 'requireScope']),
      server: expect.arrayContaining(['createDoorward']),
    });
    for (const names of Object.values(doors)) expect(names).not.toEqual([]);
  });
});

describe('the hearts of guard and client', () => {
  let server: StartedProcess;

  beforeAll(async () => {
    const program = join(project.folder, 'node_modules', 'doorward', 'bin', 'doorward.js');
    server = await startProcess({ program, settings: { signUp: 'open' } });
  });
  afterAll(async () => {
    server.kill();
    await server.exited;
  });

  test.each(['node24', 'node26', 'bun', 'deno'] as const)(
    'beat in %s',
    async (runtime) => {
      const args = [...commandLine[runtime], join('suites', 'main.ts'), server.origin];
      expectAllPassed(JSON.parse(await run(programs[runtime], args, project.folder)));
    },
    patience,
  );

  test(
    'beat in workerd',
    async () => {
      await bundleWorker(project.folder);
      const worker = await startWorker(project.folder);
      try {
        const answer = await fetch(`${worker.origin}/?issuer=${encodeURIComponent(server.origin)}`);
        expectAllPassed((await answer.json()) as Results);
      } finally {
        await worker.stop();
      }
    },
    patience,
  );
});

function expectAllPassed(results: Results): void {
  expect(Object.keys(results).length).toBeGreaterThan(12);
  expect(Object.entries(results).filter(([, fault]) => fault !== null)).toEqual([]);
}

/** A Worker is one module: the suites with both packages, from the project's own node_modules. */
async function bundleWorker(folder: string): Promise<void> {
  await writeFile(
    join(folder, 'worker.ts'),
    `import { runSuites } from './suites/run.ts';
export default {
  fetch: async (request: Request) =>
    Response.json(await runSuites(new URL(request.url).searchParams.get('issuer') ?? '')),
};
`,
  );
  const bundle = await rolldown({
    input: join(folder, 'worker.ts'),
    external: /^node:/,
    platform: 'neutral',
  });
  await bundle.write({ file: join(folder, 'worker.mjs'), format: 'esm' });
  await bundle.close();
}
