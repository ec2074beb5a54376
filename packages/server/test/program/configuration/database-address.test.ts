import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { loadConfiguration } from '../../../src/program/configuration/configuration.ts';
import { addressIn } from '../../../src/program/configuration/database-address.ts';

const read = (url: string) => addressIn(new Secret(url));

test('an address names the place, the database and who connects', () => {
  const { password, ...rest } = read('postgres://door:s%40fe@db.example.com/ward');
  expect(rest).toEqual({
    host: 'db.example.com',
    port: 5432,
    database: 'ward',
    name: 'door',
    tls: { authorities: [] },
  });
  expect(password?.reveal()).toBe('s@fe');
  expect(read('postgresql://door@[2001:db8::1]:6000/ward')).toMatchObject({
    host: '2001:db8::1',
    port: 6000,
    password: undefined,
  });
});

test.each([
  ['postgres://door@db.example.com/ward', true],
  ['postgres://door@db.example.com/ward?sslmode=require', true],
  ['postgres://door@db.example.com/ward?sslmode=prefer', true],
  ['postgres://door@127.0.0.1/ward?sslmode=verify-full', true],
  ['postgres://door@db.example.com/ward?sslmode=disable', false],
  ['postgres://door@localhost/ward', false],
])('the server behind %s is proven by its certificate: %s', (url, proven) => {
  expect(read(url).tls !== undefined).toBe(proven);
});

test.each([
  'mysql://door:hidden@db.example.com/ward',
  'postgres://door:hidden@db.example.com/',
  'postgres://:hidden@db.example.com/ward',
  'postgres://door:hidden@db.example.com/ward?sslmode=no-verify',
  'postgres://door:hidden@db.example.com/ward?sslrootcert=/nowhere/at/all',
  'postgres://door:hidden@db.example.com/ward?options=-c',
  'postgres://door:hidd%en@db.example.com/ward',
  'hidden',
])('%s is refused, and what is said quotes no password', (databaseUrl) => {
  const load = () => loadConfiguration({ environment: { DATABASE_URL: databaseUrl } });
  expect(load).toThrow(/databaseUrl (?:must|takes|names)/);
  expect(load).not.toThrow(/hidden/);
});

test('hosts may give it as DATABASE_URL; our own name goes before', () => {
  const databaseUrl = (environment: Record<string, string>) =>
    loadConfiguration({ environment }).values.databaseUrl?.reveal();
  const [one, other] = ['postgres://a@localhost/one', 'postgres://a@localhost/other'];
  expect(databaseUrl({ DATABASE_URL: one })).toBe(one);
  expect(databaseUrl({ DATABASE_URL: one, DOORWARD_DATABASE_URL: other })).toBe(other);
});

test('a configuration prints no address of a database', () => {
  const { values } = loadConfiguration({ flags: { databaseUrl: 'postgres://door:hidden@localhost/ward' } });
  expect(inspect(values, { depth: 9 }) + JSON.stringify(values)).not.toMatch(/hidden|door/);
});
