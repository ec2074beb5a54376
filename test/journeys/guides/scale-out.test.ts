import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurations } from '../../../ops/configurations.ts';
import type { Layout } from '../../../ops/layout.ts';
import { neededPackages } from '../../../ops/packages.ts';

const page = readFileSync(new URL('../../../docs/guides/scale-out.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../../ops/README.md', import.meta.url), 'utf8');
const section = /## Patroni, HAProxy and PgBouncer\n([^]*?)\n## /.exec(page)?.[1] ?? '';
const blocks = [...section.matchAll(/```(?:yaml|text)\n([^]*?)```/g)].map(([, text = '']) => text);

const layout: Layout = {
  folder: 'cluster',
  nodes: [
    { name: 'one', postgres: 1, rest: 2 },
    { name: 'two', postgres: 3, rest: 4 },
  ],
  etcd: 5,
  etcdPeers: 6,
  primary: 7,
  replica: 8,
  pgbouncer: 9,
  synchronous: true,
  passwords: { postgres: 'a', replicator: 'b', doorward: 'c' },
};

/** Where things are differs from one place to the other. */
const places = /\b(?:\d+\.){3}\d+(?::\d+)?|\bport[= ]\d+/g;
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replaceAll(places, '…'));

test.each([
  [0, 'one.yml'],
  [1, 'haproxy.cfg'],
  [2, 'pgbouncer.ini'],
])('block %i of the guide is what the cluster of ops/ runs as %s', (at, file) => {
  const known = new Set(linesOf(configurations(layout)[file] ?? ''));
  expect(blocks).toHaveLength(3);
  expect(linesOf(blocks[at] ?? '').filter((line) => !known.has(line))).toEqual([]);
});

test('ops/README.md names every package that a cluster needs', () => {
  const line = /apt-get install --no-install-recommends (.+)/.exec(readme)?.[1] ?? '';
  expect(new Set(line.split(' '))).toEqual(new Set(neededPackages));
});
