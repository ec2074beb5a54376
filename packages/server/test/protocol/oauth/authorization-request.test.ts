import { describe, expect, test } from 'vitest';
import {
  parseAuthorizationRequest,
  pushedRequestUri,
  readAuthorizationAddress,
  responseModes,
  responseTypes,
} from '../../../src/protocol/oauth/authorization-request.ts';
import { faultOf, parameters } from './told.ts';

const context = {
  clientId: 'c1',
  redirectUri: 'https://app.example/cb',
  redirectUriWasGiven: true,
  requirePkce: true,
  scopes: ['openid', 'profile', 'email', 'offline_access'],
};
const plain = {
  client_id: 'c1',
  response_type: 'code',
  redirect_uri: 'https://app.example/cb',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};
const read = (more: Readonly<Record<string, string | readonly string[]>> = {}, known = {}) =>
  parseAuthorizationRequest(parameters({ ...plain, ...more }), { ...context, ...known });

describe('the address comes first', () => {
  test('of a plain request, with what an answer needs', () => {
    expect(
      readAuthorizationAddress(
        parameters({ ...plain, scope: 'email openid', state: 'a b&=\u00e4', response_mode: 'form_post' }),
      ),
    ).toEqual({
      kind: 'plain',
      clientId: 'c1',
      redirectUri: 'https://app.example/cb',
      isOpenId: true,
      state: 'a b&=\u00e4',
      responseMode: 'form_post',
    });
  });

  test('a mode that is not known is answered by query; scope openid is a whole word', () => {
    const address = readAuthorizationAddress(
      parameters({ client_id: 'c1', response_mode: 'fragment', scope: 'openid2 xopenid' }),
    );
    expect(address).toMatchObject({ responseMode: 'query', isOpenId: false, redirectUri: undefined });
  });

  test('OAU-19: of a pushed request nothing but client and handle counts', () => {
    const sent = parameters({
      ...plain,
      request_uri: pushedRequestUri('dw_ar_x'),
      scope: 'openid',
      state: 'other',
    });
    expect(readAuthorizationAddress(sent)).toEqual({ kind: 'pushed', clientId: 'c1', handle: 'dw_ar_x' });
  });

  test('without a client there is none', () => {
    expect(faultOf(() => readAuthorizationAddress(parameters({ ...plain, client_id: '' })))).toBe(
      'invalid_request client_id',
    );
  });
});

describe('what is read', () => {
  test('the least', () => {
    expect(read()).toEqual({
      clientId: 'c1',
      redirectUri: 'https://app.example/cb',
      redirectUriWasGiven: true,
      responseMode: 'query',
      scopes: [],
      resources: [],
      codeChallenge: plain.code_challenge,
      prompts: [],
      acrValues: [],
      uiLocales: [],
    });
  });

  test('everything, and it survives JSON', () => {
    const request = read({
      response_mode: 'form_post',
      scope: 'openid email unknown',
      resource: ['https://a.example/', 'https://b.example/'],
      state: 'xyz',
      nonce: 'n-0S6_WzA2Mj',
      dpop_jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      prompt: 'login consent',
      max_age: '0',
      acr_values: 'gold silver',
      login_hint: 'ada@example.org',
      ui_locales: 'fr-CA fr en not_a_tag',
      id_token_hint: 'a.b.c',
      claims: '{"id_token":{"acr":{"essential":true,"values":["gold"]}}}',
      display: 'popup',
      anything: 'else',
    });
    expect(request).toMatchObject({
      responseMode: 'form_post',
      scopes: ['openid', 'email'],
      resources: ['https://a.example/', 'https://b.example/'],
      state: 'xyz',
      nonce: 'n-0S6_WzA2Mj',
      dpopThumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      prompts: ['login', 'consent'],
      maxAge: 0,
      acrValues: ['gold', 'silver'],
      loginHint: 'ada@example.org',
      uiLocales: ['fr-CA', 'fr', 'en'],
      idTokenHint: 'a.b.c',
      claims: { userinfo: [], idToken: [{ name: 'acr', essential: true, values: ['gold'] }] },
    });
    expect(JSON.parse(JSON.stringify(request))).toEqual(request);
  });

  test('OAU-13: the state is kept letter by letter', () => {
    for (const state of [' a  b ', '%41', '+', '&=?#', '{"a":"ä"}', 'x'.repeat(2000)])
      expect(read({ state }).state).toBe(state);
  });

  test('the values of the context win over those of the request', () => {
    expect(read({ client_id: 'c2', redirect_uri: 'https://evil.example/' })).toMatchObject({
      clientId: 'c1',
      redirectUri: 'https://app.example/cb',
    });
  });
});

describe('what is refused', () => {
  test.each([
    ['OAU-10', { response_type: '' }, 'invalid_request response_type'],
    ['OAU-10', { response_type: 'token' }, 'unsupported_response_type response_type'],
    ['OAU-10', { response_type: 'id_token' }, 'unsupported_response_type response_type'],
    ['OAU-10', { response_type: 'code token' }, 'unsupported_response_type response_type'],
    ['OAU-10', { response_type: 'code id_token token' }, 'unsupported_response_type response_type'],
    ['OAU-10', { response_type: 'code code' }, 'unsupported_response_type response_type'],
    ['OAU-10', { response_type: 'Code' }, 'unsupported_response_type response_type'],
    ['OAU-10', { response_type: 'none' }, 'unsupported_response_type response_type'],
    ['OAU-10', { response_mode: 'fragment' }, 'invalid_request response_mode'],
    ['OAU-10', { response_mode: 'query.jwt' }, 'invalid_request response_mode'],
    ['OAU-10', { response_mode: 'web_message' }, 'invalid_request response_mode'],
    ['OAU-10', { response_mode: 'QUERY' }, 'invalid_request response_mode'],
    ['OAU-04', { code_challenge: '' }, 'invalid_request code_challenge'],
    ['OAU-04', { code_challenge: '', code_challenge_method: '' }, 'invalid_request code_challenge'],
    ['OAU-04', { code_challenge_method: 'plain' }, 'invalid_request code_challenge_method'],
    ['OAU-04', { code_challenge_method: '' }, 'invalid_request code_challenge_method'],
    ['OAU-19', { request: 'a.b.' }, 'request_not_supported request'],
    ['OAU-19', { request_uri: 'https://evil.example/r' }, 'request_uri_not_supported request_uri'],
    ['OAU-19', { request_uri: pushedRequestUri('x') }, 'request_uri_not_supported request_uri'],
    ['OAU-20', { registration: '{}' }, 'registration_not_supported registration'],
    ['OAU-07', { scope: 'openid  email' }, 'invalid_scope scope'],
    ['OAU-07', { scope: 'admin' }, 'invalid_scope scope'],
    ['OAU-07', { resource: 'api' }, 'invalid_target resource'],
    ['OAU-11', { prompt: 'none login' }, 'invalid_request prompt'],
    ['OAU-11', { max_age: '-1' }, 'invalid_request max_age'],
    ['OAU-11', { acr_values: 'a  b' }, 'invalid_request acr_values'],
    ['OAU-11', { acr_values: 'a '.repeat(20) + 'a' }, 'invalid_request acr_values'],
    ['OAU-11', { acr_values: 'ä' }, 'invalid_request acr_values'],
    ['OAU-30', { dpop_jkt: 'x' }, 'invalid_request dpop_jkt'],
    ['OAU-30', { dpop_jkt: `${plain.code_challenge}=` }, 'invalid_request dpop_jkt'],
    ['OAU-31', { login_hint: 'a\nb' }, 'invalid_request login_hint'],
    ['OAU-31', { login_hint: 'a'.repeat(321) }, 'invalid_request login_hint'],
    ['OAU-31', { claims: '{' }, 'invalid_request claims'],
  ])('%s: %j', (_, more, expected) => {
    expect(faultOf(() => read(more))).toBe(expected);
  });

  test('OAU-04: a client that need not use PKCE may leave it out, and still not use it badly', () => {
    const without = { code_challenge: '', code_challenge_method: '' };
    expect(read(without, { requirePkce: false }).codeChallenge).toBeUndefined();
    expect(faultOf(() => read({ code_challenge_method: 'plain' }, { requirePkce: false }))).toBe(
      'invalid_request code_challenge_method',
    );
  });
});

test('OAU-10: one response type, and modes that hide the answer from logs of fragments', () => {
  expect(responseTypes).toEqual(['code']);
  expect(responseModes).toEqual(['query', 'form_post']);
});
