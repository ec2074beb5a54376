import { describe, expect, test } from 'vitest';
import { parsePresentedToken } from '../../../src/protocol/oauth/presented-token.ts';
import { faultOf, parameters } from './told.ts';

type Fields = Readonly<Record<string, string>>;
const read = (authorization?: string, fields?: Fields) =>
  parsePresentedToken({ authorization, body: fields && parameters(fields) });

describe('where a token stands', () => {
  test.each<[string, string | undefined, Fields | undefined, unknown]>([
    ['nowhere', undefined, undefined, undefined],
    ['nowhere, with a body', undefined, { a: '1' }, undefined],
    ['in the header', 'Bearer abc', undefined, { scheme: 'Bearer', token: 'abc' }],
    ['in the header, beside a body', 'bearer abc', { a: '1' }, { scheme: 'Bearer', token: 'abc' }],
    ['in the header, with a proof', 'DPoP a.b-c_~+/=', undefined, { scheme: 'DPoP', token: 'a.b-c_~+/=' }],
    ['in the header, the scheme in another case', 'dpop abc', undefined, { scheme: 'DPoP', token: 'abc' }],
    ['in the body', undefined, { access_token: 'abc' }, { scheme: 'Bearer', token: 'abc' }],
    ['in the body, empty', undefined, { access_token: '' }, undefined],
  ])('RFC 6750 §2: %s', (_, authorization, ...[fields, expected]) => {
    expect(read(authorization, fields)).toEqual(expected);
  });

  test.each([
    ['twice', 'Bearer abc', { access_token: 'abc' }],
    ['twice, once with a proof', 'DPoP abc', { access_token: 'abc' }],
    ['in a header of another scheme', 'Basic YTpi', undefined],
    ['in an empty header', '', undefined],
    ['in a header without a token', 'Bearer ', undefined],
    ['in a header with a proof, without a token', 'DPoP ', undefined],
    ['two tokens in a header', 'Bearer a, Bearer b', undefined],
    ['two tokens with a proof', 'DPoP a, DPoP b', undefined],
    ['two spaces', 'DPoP  a', undefined],
    ['foreign letters', 'DPoP a\u00e4', undefined],
    ['a line end', 'DPoP a\n', undefined],
  ])('OAU-27: %s is refused', (_, authorization, fields) => {
    expect(faultOf(() => read(authorization, fields))).toBe('invalid_request access_token');
  });
});
