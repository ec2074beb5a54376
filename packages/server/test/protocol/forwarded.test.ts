import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressMatcher } from '../../src/base/network.ts';
import { clientAddress, forwardedSecure } from '../../src/protocol/forwarded.ts';

const trusted = addressMatcher(['10.0.0.0/8', '2001:db8:ffff::/48']);
const nobody = () => false;
const client = (forwardedFor: string | undefined, peer: string | undefined = '10.0.0.1') =>
  clientAddress({ peer, forwardedFor, trusted });

describe('the address of the client', () => {
  test.each([
    [undefined, '10.0.0.1'],
    ['', '10.0.0.1'],
    ['203.0.113.9', '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9', '203.0.113.9'],
    ['6.6.6.6,203.0.113.9,10.0.0.2', '203.0.113.9'],
    ['203.0.113.9, 10.0.0.3, 2001:DB8:FFFF::2', '203.0.113.9'],
    ['10.0.0.9, 10.0.0.3', '10.0.0.9'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['\t203.0.113.9 ', '203.0.113.9'],
  ])('RLM-04: behind a trusted proxy %j gives %s', (forwardedFor, expected) => {
    expect(client(forwardedFor)).toBe(expected);
  });

  test.each([
    ['203.0.113.9, unknown', '10.0.0.1'],
    ['203.0.113.9, garbage, 10.0.0.5', '10.0.0.5'],
    ['203.0.113.9,', '10.0.0.1'],
    [',10.0.0.5', '10.0.0.5'],
    ['203.0.113.9,,10.0.0.5', '10.0.0.5'],
    ['203.0.113.9:', '10.0.0.1'],
    ['203.0.113.9:x', '10.0.0.1'],
    ['[203.0.113.9]', '10.0.0.1'],
    ['[::1', '10.0.0.1'],
    ['"203.0.113.9"', '10.0.0.1'],
  ])('RLM-04: %j ends at the last good address, %s', (forwardedFor, expected) => {
    expect(client(forwardedFor)).toBe(expected);
  });

  test('RLM-04: a peer that is not trusted is the client, whatever it says', () => {
    expect(client('203.0.113.9', '198.51.100.7')).toBe('198.51.100.7');
    expect(clientAddress({ peer: '127.0.0.1', forwardedFor: '203.0.113.9', trusted: nobody })).toBe(
      '127.0.0.1',
    );
    expect(client('203.0.113.9', '::ffff:10.0.0.1')).toBe('203.0.113.9');
    expect(client(undefined, '2001:DB8::0001')).toBe('2001:db8::1');
  });

  test('RLM-04: a peer without an address is unknown and never trusted', () => {
    const all = () => true;
    expect(clientAddress({ peer: undefined, forwardedFor: '203.0.113.9', trusted: all })).toBe('unknown');
    expect(clientAddress({ peer: '@socket', forwardedFor: '203.0.113.9', trusted: all })).toBe('unknown');
  });

  test('RLM-04: nothing that a client writes to the left changes its address', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.ipV4(), { maxLength: 3 }), fc.nat(3), (junk, invented, hops) => {
        const proxies = Array.from({ length: hops }, (_, n) => `10.9.9.${n}`);
        const chain = [junk, ...invented, '203.0.113.9', ...proxies].join(', ');
        expect(client(chain)).toBe('203.0.113.9');
      }),
    );
  });

  test('RLM-04: a long chain is walked in linear time', () => {
    const start = process.cpuUsage();
    for (const piece of ['10.0.0.1,', ',', ' ', ':', '[', '[:', '1.'])
      client(`${piece.repeat(200_000 / piece.length)}10.0.0.1`);
    // Microseconds of the processor: what else the machine does costs none.
    expect(process.cpuUsage(start).user).toBeLessThan(1_500_000);
  });
});

describe('whether the client speaks HTTPS', () => {
  const secure = (forwardedProto: string | undefined, peer: string | undefined = '10.0.0.1') =>
    forwardedSecure({ peer, forwardedProto, trusted });

  test.each([
    ['https', true],
    ['HTTPS', true],
    ['http, https', true],
    ['https, http', false],
    ['http', false],
    ['https,', false],
    ['"https"', false],
    ['httpsx', false],
    ['', false],
    [undefined, false],
  ])('RLM-04: a trusted proxy says %j: %s', (forwardedProto, expected) => {
    expect(secure(forwardedProto)).toBe(expected);
  });

  test('RLM-04: others are not believed', () => {
    expect(secure('https', '198.51.100.7')).toBe(false);
    expect(forwardedSecure({ peer: undefined, forwardedProto: 'https', trusted: () => true })).toBe(false);
  });
});
