import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../src/base/public-address.ts';

describe('OAU-21: what is not out in the open', () => {
  test.each([
    ['this network', ['0.0.0.0', '0.1.2.3']],
    ['private', ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1']],
    ['shared by a carrier', ['100.64.0.1', '100.127.255.255']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['link-local', ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1']],
    ['protocol assignments', ['192.0.0.1', '192.0.0.170', '2001::1', '2001:1ff:ffff::1']],
    ['documentation', ['192.0.2.1', '198.51.100.7', '203.0.113.255', '2001:db8::1', '3fff:fff::1']],
    ['benchmarks', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
    ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1']],
    ['reserved, and broadcast', ['240.0.0.1', '255.255.255.255']],
    ['unspecified', ['::', '0:0:0:0:0:0:0:0']],
    ['unique-local', ['fc00::1', 'fd00:ec2::254']],
    ['site-local', ['fec0::1']],
    ['mapped', ['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::ffff:10.0.0.1', '::FFFF:0:0']],
    ['compatible with IPv4', ['::127.0.0.1', '::a9fe:a9fe', '::8.8.8.8']],
    ['translated', ['64:ff9b::7f00:1', '64:ff9b:1::a00:1', '64:ff9b::808:808']],
    ['tunnels', ['2002:7f00:1::1', '2002:a00:1::', '2001:0:7f00:1::', '192.88.99.1']],
    ['discarded', ['100::1', '100:0:0:1::1']],
    ['not assigned', ['4000::1', '5f00::1', '1::1', '200::1']],
    [
      'no address',
      ['', 'localhost', 'example.com', '127.1', '2130706433', '0x7f000001', '8.8.8.8.', '[2606::1]'],
    ],
  ])('%s', (_what, addresses) => {
    for (const address of addresses) expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });
});

test('the neighbours of closed blocks are public', () => {
  for (const address of [
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.0.3.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2001:db7::1',
    '2001:db9::1',
    '2003::1',
    '2606:2800:220:1:248:1893:25c8:1946',
    '3ffe::1',
    '3fff:1000::1',
    '::ffff:8.8.8.8',
  ])
    expect([address, isPublicAddress(address)]).toEqual([address, true]);
});
