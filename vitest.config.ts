import { defineConfig } from 'vitest/config';

/** `npm run faults` tries everything, for hours if need be; `npm test` a little of it. */
const triesAll = process.env['FAULT_ROUNDS'] !== undefined;
/** Milliseconds; a fault test waits for processes to die and to come back. */
const faultTimeout = triesAll ? 14_400_000 : 180_000;
/** What takes long. */
const wholeFaults = 'test/faults/whole/**';
/** What of it measures how long others wait: it needs the machine to itself, and runs when all else is done, file by file. */
const measured = 'test/faults/whole/{backup,crowd,expired,floods,steady}.test.ts';
const faults = 'test/faults/**/*.test.ts';
/** What is tried on a cluster of Debian's packages (ops/), by `npm run faults -- cluster` alone. */
const cluster = 'test/faults/cluster/*.test.ts';
const triesCluster = process.env['FAULT_CLUSTER'] !== undefined;
/** What is tried with other people's programs, which are installed first. */
const interop = 'test/interop/*.test.ts';
/** What runs on Postgres, which is started first. */
const postgres = 'test/postgres/*.test.ts';
/** Journeys and attacks that are told there once more: what they need is there where transactions run side by side, too. */
const alsoOnPostgres = [
  'test/journeys/{account,admin,factors}/*.test.ts',
  'test/attacks/{races,tokens}/*.test.ts',
  'test/attacks/administration/{fields,ladder,objects}.test.ts',
  'test/attacks/arrival/{deletion-grace,enumeration,mails,steps,strangers}.test.ts',
  'test/attacks/factors/{changes,claims,codes,devices,doors,enrolment-takeover}.test.ts',
  'test/attacks/factors/{passkey-browsers,role-demands}.test.ts',
  'test/attacks/limits/{guesses,races}.test.ts',
  'test/attacks/logs/events.test.ts',
  'test/attacks/oauth/{authentication,clients,codes,consent,device,linking,logout,outside}.test.ts',
  'test/attacks/oauth/{permissions,proofs,resources,token,waiting,withdrawn}.test.ts',
  'test/attacks/passwords/{flood,proof}.test.ts',
  'test/attacks/sessions/{cookies,end,identity}.test.ts',
  'test/journeys/accounts/{accounts,arrival-pages,invitations,password}.test.ts',
  'test/journeys/mail/*.test.ts',
  'test/journeys/oauth/{authorize,clients,consent,defaults,device,dpop,fixed-proof,form-post,logout}.test.ts',
  'test/journeys/oauth/{permissions,published-keys,pushed,refresh-again,registration,resources,token,upstream}.test.ts',
  'test/journeys/program/{growth,why}.test.ts',
  'test/journeys/sessions/*.test.ts',
  'test/journeys/tokens/*.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    watch: false,
    globals: false,
    allowOnly: false,
    // Ends what hangs. How long a test takes is the machine's matter, and others may use it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What comes soon may come later on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['./tools/reporter.mjs'],
    setupFiles: ['test/kit/worker.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', faults, interop, postgres],
        },
      },
      {
        extends: true,
        test: { name: 'interop', include: [interop], globalSetup: ['test/interop/install.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: [postgres, ...alsoOnPostgres],
          globalSetup: ['test/postgres/start.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: [faults],
          exclude: ['**/node_modules/**', cluster, triesAll ? measured : wholeFaults],
          testTimeout: faultTimeout,
          hookTimeout: faultTimeout,
        },
      },
      ...(triesAll
        ? [
            {
              extends: true as const,
              test: {
                name: 'measured',
                include: [measured],
                maxWorkers: 1,
                sequence: { groupOrder: 1 },
                testTimeout: faultTimeout,
                hookTimeout: faultTimeout,
              },
            },
          ]
        : []),
      ...(triesCluster
        ? [
            {
              extends: true as const,
              test: {
                name: 'cluster',
                include: [cluster],
                globalSetup: ['test/faults/cluster/require-packages.ts'],
                testTimeout: faultTimeout,
                hookTimeout: faultTimeout,
              },
            },
          ]
        : []),
    ],
  },
});
