import { describe, expect, test } from 'vitest';
import {
  endSessionClient,
  parseEndSession,
  postLogoutLocation,
} from '../../../src/protocol/oauth/end-session.ts';
import { faultOf, parameters } from './told.ts';

const after = 'https://app.example/bye?x=1';
const client = { registered: [after, 'http://127.0.0.1/bye'], application: 'native' } as const;
const request = (fields: Readonly<Record<string, string>>) => parseEndSession(parameters(fields));

test('RP-Initiated Logout §2: everything is optional', () => {
  expect(request({})).toEqual({});
  expect(
    request({
      id_token_hint: 'h',
      client_id: 'c1',
      post_logout_redirect_uri: after,
      state: 's',
      logout_hint: 'x',
      ui_locales: 'fr',
    }),
  ).toEqual({
    idTokenHint: 'h',
    clientId: 'c1',
    postLogoutRedirectUri: after,
    state: 's',
    uiLocales: 'fr',
  });
});

describe('RP-Initiated Logout §2: which client asks', () => {
  test.each([
    [{}, undefined, undefined],
    [{ client_id: 'c1' }, undefined, 'c1'],
    [{}, 'c1', 'c1'],
    [{ client_id: 'c1' }, 'c1', 'c1'],
  ])('OAU-24: %j, hint of %s', (fields, hinted, expected) => {
    expect(endSessionClient(request(fields), hinted)).toBe(expected);
  });

  test('OAU-24: the hint of another client is refused', () => {
    expect(faultOf(() => endSessionClient(request({ client_id: 'c1' }), 'c2'))).toBe(
      'invalid_request client_id',
    );
  });
});

describe('RP-Initiated Logout §3: where the person goes afterwards', () => {
  test.each([
    [{}, undefined],
    [{ state: 's' }, undefined],
    [{ post_logout_redirect_uri: after }, after],
    [{ post_logout_redirect_uri: after, state: 'a b&' }, `${after}&state=a%20b%26`],
    [
      { post_logout_redirect_uri: 'http://127.0.0.1:5000/bye', state: 's' },
      'http://127.0.0.1:5000/bye?state=s',
    ],
  ])('OAU-24: %j', (fields, expected) => {
    expect(postLogoutLocation(request(fields), client)).toBe(expected);
  });

  test.each([
    'https://app.example/bye',
    `${after}&`,
    `${after}#`,
    'https://app.example/Bye?x=1',
    'https://evil.example/',
    'javascript:alert(1)',
    '//app.example/bye?x=1',
  ])('OAU-24: %s is refused', (uri) => {
    expect(faultOf(() => postLogoutLocation(request({ post_logout_redirect_uri: uri }), client))).toBe(
      'invalid_request post_logout_redirect_uri',
    );
  });

  test('OAU-24: without a client nobody is sent anywhere', () => {
    expect(faultOf(() => postLogoutLocation(request({ post_logout_redirect_uri: after }), undefined))).toBe(
      'invalid_request post_logout_redirect_uri',
    );
    expect(postLogoutLocation(request({}), undefined)).toBeUndefined();
  });
});
