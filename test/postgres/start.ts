/** Before the tests here run: one server for all of them. Each takes databases of its own on it. */
import type { TestProject } from 'vitest/node';
import { openPostgres } from '../../packages/server/src/store/postgres/postgres.ts';
import '../kit/children.ts';
import { addressOf, keepContents, layShelf, queryAt, startPostgres, template } from '../kit/postgres.ts';

/** Starts the server and tells the tests where; the result ends it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  await queryAt(addressOf(server.port, 'postgres'), `CREATE DATABASE ${template}`);
  const store = await openPostgres({
    address: {
      host: '127.0.0.1',
      port: server.port,
      database: template,
      name: 'postgres',
      password: undefined,
      tls: undefined,
    },
    poolSize: 1,
    connectTimeout: 5000,
    statementTimeout: 10_000,
    prepared: true,
    now: 0,
  });
  await store.close();
  await layShelf(server.port);
  await keepContents(addressOf(server.port, template));
  project.provide('postgresPort', server.port);
  return server.remove;
}
