import { defineConfig } from 'vitest/config';

/** `npm run faults` tries everything, for hours if need be; `npm test` a little of it. */
const triesAll = process.env['FAULT_ROUNDS'] !== undefined;
/** Milliseconds; a fault test waits for processes to die and to come back. */
const faultTimeout = triesAll ? 14_400_000 : 180_000;
/** What takes long, or needs a machine of its own. */
const wholeFaults = triesAll ? [] : ['test/faults/whole/**'];
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
  'test/journeys/account-centre*.test.ts',
  'test/journeys/{accounts,administration,api-keys,deletion-grace,devices,growth,password,principal}.test.ts',
  'test/journeys/{refresh,revocation,second-step-pages,sign-in,sign-in-pages,why}.test.ts',
  'test/journeys/{arrival-pages,factors,invitations,mail-addresses,mail-tickets,passkey-pages,passkeys}.test.ts',
  'test/journeys/oauth-{authorize,clients,consent,defaults,device,dpop,form-post,permissions,pushed}.test.ts',
  'test/journeys/oauth-{registration,resources,token,upstream}.test.ts',
  'test/attacks/{arrival,factors,races,tokens}-*.test.ts',
  'test/attacks/{administration-fields,deletion-grace,limits-guesses,limits-races,passwords-proof}.test.ts',
  'test/attacks/{sessions-cookies,sessions-end,sessions-identity}.test.ts',
  'test/attacks/oauth-{clients,codes,consent,device,linking,outside}.test.ts',
  'test/attacks/oauth-{permissions,proofs,resources,token,waiting}.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    watch: false,
    globals: false,
    allowOnly: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['./tools/reporter.mjs'],
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
          exclude: ['**/node_modules/**', cluster, ...wholeFaults],
          testTimeout: faultTimeout,
          hookTimeout: faultTimeout,
        },
      },
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
