import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertionType } from '../../../src/protocol/oauth/client-assertion.ts';
import { parseClientCredential } from '../../../src/protocol/oauth/client-credential.ts';
import { checkOf, faultOf, jwsOf, parameters } from './told.ts';

const header = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const assertion = jwsOf({ alg: 'ES256', kid: 'k1' }, { iss: 'c1', sub: 'c1' });
const signed = { client_assertion: assertion, client_assertion_type: assertionType };

type Fields = Readonly<Record<string, string>>;
const read = (fields: Fields, authorization?: string) =>
  parseClientCredential({ authorization, parameters: parameters(fields) });

/** The method, the client and the secret, which prints nowhere by itself. */
const shown = (fields: Fields, authorization?: string) => {
  const credential = read(fields, authorization);
  return [
    credential.method,
    credential.clientId,
    'secret' in credential ? credential.secret.reveal() : undefined,
  ];
};

describe('one method a request', () => {
  test('RFC 6749 §2.3.1: the example of the standard', () => {
    expect(shown({}, 'Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW')).toEqual([
      'client_secret_basic',
      's6BhdRkqt3',
      'gX1fBat3bV',
    ]);
  });

  test.each<[string, Fields, string | undefined, unknown]>([
    ['none', { client_id: 'c1' }, undefined, ['none', 'c1', undefined]],
    [
      'none, beside an empty secret',
      { client_id: 'c1', client_secret: '' },
      undefined,
      ['none', 'c1', undefined],
    ],
    ['post', { client_id: 'c1', client_secret: 's%3a +' }, undefined, ['client_secret_post', 'c1', 's%3a +']],
    ['Basic', {}, header('c1:s'), ['client_secret_basic', 'c1', 's']],
    [
      'Basic, its client named again',
      { client_id: 'c1' },
      header('c1:s'),
      ['client_secret_basic', 'c1', 's'],
    ],
    [
      'Basic, encoded as in a form',
      {},
      header('a%3Ab%2B:s+%25%C3%A4'),
      ['client_secret_basic', 'a:b+', 's %ä'],
    ],
    ['Basic, colons in the secret', {}, header('c1:a:b'), ['client_secret_basic', 'c1', 'a:b']],
    ['an assertion', signed, undefined, ['private_key_jwt', 'c1', undefined]],
    [
      'an assertion, its client named again',
      { ...signed, client_id: 'c1' },
      undefined,
      ['private_key_jwt', 'c1', undefined],
    ],
  ])('OAU-17: %s', (_, fields, ...[authorization, expected]) => {
    expect(shown(fields, authorization)).toEqual(expected);
  });

  test('a secret never prints', () => {
    const credential = read({ client_id: 'c1', client_secret: 'kitten' });
    expect(JSON.stringify(credential)).not.toContain('kitten');
  });

  test('what is encoded as in a form is read as it was', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/\p{Cc}|\p{NChar}/u.test(text));
    const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');
    fc.assert(
      fc.property(word, word, (id, secret) => {
        expect(shown({}, header(`${encode(id)}:${encode(secret)}`))).toEqual([
          'client_secret_basic',
          id,
          secret,
        ]);
      }),
    );
  });
});

describe('what is refused, with one public sentence', () => {
  test.each<[string, Fields, string | undefined, string]>([
    ['nobody', {}, undefined, 'no-client'],
    ['a secret without a client', { client_secret: 's' }, undefined, 'no-client'],
    ['Basic and post', { client_id: 'c1', client_secret: 's' }, header('c1:s'), 'several-methods'],
    ['Basic and an assertion', signed, header('c1:s'), 'several-methods'],
    [
      'post and an assertion',
      { ...signed, client_id: 'c1', client_secret: 's' },
      undefined,
      'several-methods',
    ],
    [
      'Basic and the type of an assertion',
      { client_assertion_type: assertionType },
      header('c1:s'),
      'several-methods',
    ],
    ['Basic, another client beside it', { client_id: 'c2' }, header('c1:s'), 'other-client'],
    ['Basic, its client in another case beside it', { client_id: 'C1' }, header('c1:s'), 'other-client'],
    ['an assertion, another client beside it', { ...signed, client_id: 'c2' }, undefined, 'other-client'],
    ['Basic without a secret', {}, header('c1:'), 'header-malformed'],
    ['Basic without a client', {}, header(':s'), 'header-malformed'],
    ['Basic without a colon', {}, header('c1'), 'header-malformed'],
    ['Basic with a percent sign alone', {}, header('c1:%'), 'header-malformed'],
    ['Basic with broken encoding', {}, header('c1:%zz'), 'header-malformed'],
    ['Basic with overlong UTF-8', {}, header('c1:%c0%80'), 'header-malformed'],
    ['Basic with an encoded NUL', {}, header('c1:%00'), 'header-malformed'],
    ['Basic with a raw ampersand', {}, header('c1:a&b'), 'header-malformed'],
    ['Basic with padding missing', {}, 'Basic YTpiYg', 'header-malformed'],
    ['Basic with letters of base64url', {}, 'Basic Pz8_YTpi', 'header-malformed'],
    ['Basic with a space', {}, 'Basic YTp iYg==', 'header-malformed'],
    ['Basic with a line end', {}, 'Basic YTpiYg==\n', 'header-malformed'],
    ['Basic twice', {}, `${header('c1:s')}, ${header('c1:s')}`, 'header-malformed'],
    ['a bearer token', { client_id: 'c1' }, 'Bearer x', 'header-malformed'],
    ['an empty header', { client_id: 'c1' }, '', 'header-malformed'],
    ['an assertion without a type', { client_assertion: assertion }, undefined, 'assertion-type'],
    [
      'a type without an assertion',
      { client_id: 'c1', client_assertion_type: assertionType },
      undefined,
      'assertion-type',
    ],
    [
      'a SAML assertion',
      {
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
      },
      undefined,
      'assertion-type',
    ],
    ['an assertion that is none', { ...signed, client_assertion: 'x' }, undefined, 'assertion-malformed'],
  ])('OAU-17: %s', (_, fields, ...[authorization, check]) => {
    const of = check === 'assertion-malformed' ? ' client_assertion' : '';
    expect(faultOf(() => read(fields, authorization))).toBe(`invalid_client${of}`);
    expect(checkOf(() => read(fields, authorization))).toBe(check);
  });
});
