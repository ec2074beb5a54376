import { describe, expect, test, vi } from 'vitest';
import type { Lookup } from '../../src/program/oauth/outgoing-gate.ts';
import { gate, names, plain, saying } from './outgoing-servers.ts';

const bounds = { limit: 100, seconds: 5 };
const refused = (reason: string) => ({ ok: false, reason });

/** A place inside that nobody may reach. */
const inside = () => plain(saying('{"canary":1}'));

describe('OAU-21: nobody reaches the inside', () => {
  test.each([
    'https://127.0.0.1',
    'https://localhost',
    'https://LOCALHOST',
    'https://127.1',
    'https://127.0.0.1.',
    'https://2130706433',
    'https://0x7f000001',
    'https://0x7f.0.0.1',
    'https://017700000001',
    'https://0177.0.0.1',
    'https://%31%32%37.0.0.1',
    'https://１２７.０.０.１',
    'https://127。0。0。1',
    'https://①②⑦.⓪.⓪.①',
    'https://0',
    'https://0.0.0.0',
    'https://[::]',
    'https://[::1]',
    'https://[0:0:0:0:0:0:0:1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[::127.0.0.1]',
    'https://[2002:7f00:1::]',
    'https://[64:ff9b::7f00:1]',
    'https://[::ffff:a9fe:a9fe]',
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://192.168.0.1',
    'https://100.64.0.1',
    'https://[fd00:ec2::254]',
    'https://[fe80::1]',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://192.0.2.1',
  ])('%s', async (origin) => {
    const { port, connections } = await inside();
    const { fetchJson, post } = gate();
    const url = `${origin}:${port}/keys.json`;
    expect(await fetchJson(url, bounds)).toEqual(refused('address-refused'));
    expect(await post(url, { a: '1' }, bounds)).toEqual(refused('address-refused'));
    expect(connections()).toBe(0);
  });

  test.each([
    ['a private address', ['10.0.0.5']],
    ['loopback', ['127.0.0.1']],
    ['a public and a private one', ['8.8.8.8', '127.0.0.1']],
    ['a private and a public one', ['127.0.0.1', '8.8.8.8']],
    ['a mapped one', ['::ffff:127.0.0.1']],
    ['one with a zone', ['fe80::1%lo']],
    ['something that is no address', ['localhost']],
  ])('by a name with %s', async (_what, addresses) => {
    const { port, connections } = await inside();
    const { fetchJson } = gate({ lookup: names({ 'keys.example': addresses }) });
    expect(await fetchJson(`https://keys.example:${port}/`, bounds)).toEqual(refused('address-refused'));
    expect(connections()).toBe(0);
  });

  test('a name that answers differently the second time is not asked a second time', async () => {
    const target = await plain(saying('{"by":"the judged address"}'), '127.0.0.2');
    const trap = await inside();
    const answers = [['127.0.0.2'], ['127.0.0.1']];
    const lookup = vi.fn<Lookup>(async () =>
      (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
    );
    const { fetchJson } = gate({ lookup, allow: [`rebind.example:${target.port}`] });
    const url = `http://rebind.example:${target.port}/`;
    expect(await fetchJson(url, bounds)).toEqual({ ok: true, value: { by: 'the judged address' } });
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(trap.connections()).toBe(0);
  });

  test.each([301, 302, 303, 307, 308, 300, 304])('by a redirect with %i', async (status) => {
    const trap = await inside();
    const server = await plain((_request, response) => {
      response.writeHead(status, { location: `http://${trap.place}/`, 'content-type': 'application/json' });
      response.end('{}');
    });
    const { fetchJson, post } = gate({ allow: [server.place, trap.place] });
    expect(await fetchJson(`http://${server.place}/`, bounds)).toEqual(refused('redirected'));
    expect(await post(`http://${server.place}/`, { token: 'a' }, bounds)).toEqual(refused('redirected'));
    expect(trap.connections()).toBe(0);
  });
});

describe('a URL that is never asked', () => {
  const long = `https://keys.example/${'a'.repeat(2048)}`;
  test.each([
    'http://keys.example/',
    'http://keys.example:443/',
    'ftp://keys.example/',
    'file:///etc/passwd',
    'data:application/json,{}',
    'javascript:1',
    'ws://keys.example/',
    'https://somebody@keys.example/',
    'https://somebody:secret@keys.example/',
    'https://:secret@keys.example/',
    'https://keys.example/#part',
    'https://keys.example/#',
    'https://keys.example:0/',
    'https://keys.example:65536/',
    'https://keys.example:-1/',
    'https:\\\\keys.example\\',
    'https://keys.example\\@127.0.0.1/',
    ' https://keys.example/',
    'https://keys.example/\n',
    'https://keys.exa\tmple/',
    'https://keys.example/a b',
    'https://256.1.1.1/',
    'https://0x100000000/',
    'https://[::1/',
    'https://',
    '//keys.example/',
    'keys.example',
    '',
    long,
  ])('%j', async (url) => {
    const lookup = vi.fn<Lookup>(names({ 'keys.example': ['127.0.0.1'] }));
    const { fetchJson, post } = gate({ lookup });
    expect(await fetchJson(url, bounds)).toEqual(refused('url-refused'));
    expect(await post(url, {}, bounds)).toEqual(refused('url-refused'));
    expect(lookup).not.toHaveBeenCalled();
  });

  test('a place is allowed with its own port alone, and never with credentials', async () => {
    const allowed = await inside();
    const other = await inside();
    const { fetchJson } = gate({ allow: [allowed.place] });
    expect(await fetchJson(`http://${other.place}/`, bounds)).toEqual(refused('url-refused'));
    expect(await fetchJson(`https://${other.place}/`, bounds)).toEqual(refused('address-refused'));
    expect(await fetchJson(`http://a:b@${allowed.place}/`, bounds)).toEqual(refused('url-refused'));
    expect([allowed.connections(), other.connections()]).toEqual([0, 0]);
  });
});
