import { describe, expect, test } from 'vitest';
import { refuseOtherOrigin, requireSameOrigin } from '../../src/http/origin.ts';

const ours = 'https://id.example.com';
const request = (headers: Record<string, string>): Request => new Request(ours, { method: 'POST', headers });

type Said = Record<string, string>;

const same: readonly Said[] = [
  { origin: ours },
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'same-origin', origin: ours },
];

const other: readonly Said[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: `${ours}/` },
  { origin: `${ours}:443` },
  { origin: 'http://id.example.com' },
  { origin: 'https://sub.id.example.com' },
  { origin: 'https://id.example.com.evil.example' },
  { origin: 'https://ID.EXAMPLE.COM' },
  { origin: `${ours} https://evil.example` },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': '' },
  { 'sec-fetch-site': 'Same-Origin' },
  { 'sec-fetch-site': 'cross-site', origin: ours },
];

describe('where a request comes from', () => {
  test.each(same.map((said) => [said]))('%j is our own page, for both rules', (said) => {
    expect(() => requireSameOrigin(request(said), ours)).not.toThrow('origin_refused');
    expect(() => refuseOtherOrigin(request(said), ours)).not.toThrow('origin_refused');
  });

  test.each(other.map((said) => [said]))('%j is another, for both rules', (said) => {
    const refusal = expect.objectContaining({ code: 'origin_refused' });
    expect(() => requireSameOrigin(request(said), ours)).toThrow(refusal);
    expect(() => refuseOtherOrigin(request(said), ours)).toThrow(refusal);
  });

  test('who says nothing is no browser: refused with a cookie, heard without', () => {
    expect(() => requireSameOrigin(request({}), ours)).toThrow(
      expect.objectContaining({ code: 'origin_refused' }),
    );
    expect(() => requireSameOrigin(request({ referer: `${ours}/` }), ours)).toThrow('origin_refused');
    expect(() => refuseOtherOrigin(request({}), ours)).not.toThrow('origin_refused');
  });

  test('the operator learns what was said', () => {
    expect(() => requireSameOrigin(request({ origin: 'https://evil.example' }), ours)).toThrow(
      expect.objectContaining({
        detail: { check: 'origin', origin: 'https://evil.example', sec_fetch_site: undefined },
      }),
    );
  });
});
