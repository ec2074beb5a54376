import { describe, expect, test } from 'vitest';
import { checkRedirectUris, mayRegisterUri } from '../../../src/protocol/oauth/redirect-uri.ts';
import { faultOf } from './told.ts';

describe('what may be registered', () => {
  const web = { application: 'web', loopbackHttp: false } as const;
  const native = { application: 'native', loopbackHttp: false } as const;

  test.each([
    'https://app.example/',
    'https://app.example/cb?a=1',
    'https://app.example:8443/cb',
    'https://xn--bcher-kva.example/',
  ])('OAU-20: %s by any client', (uri) => {
    expect(mayRegisterUri(uri, web)).toBe(true);
    expect(mayRegisterUri(uri, native)).toBe(true);
  });

  test.each([
    'http://127.0.0.1/cb',
    'http://[::1]:4000/cb',
    'http://localhost:3000/cb',
    'com.example.app:/cb',
    'com.example.app://cb',
  ])('OAU-20: %s by a native client only', (uri) => {
    expect(mayRegisterUri(uri, web)).toBe(false);
    expect(mayRegisterUri(uri, native)).toBe(true);
  });

  test('by an operator’s word a web client may be on this machine, and nowhere else, without TLS', () => {
    const development = { application: 'web', loopbackHttp: true } as const;
    expect(mayRegisterUri('http://localhost:3000/cb', development)).toBe(true);
    expect(mayRegisterUri('http://127.0.0.1:3000/cb', development)).toBe(true);
    for (const uri of [
      'http://app.example/',
      'http://localhost.example/',
      'http://10.0.0.1/',
      'com.example.app:/cb',
    ])
      expect(mayRegisterUri(uri, development)).toBe(false);
  });

  test.each([
    '',
    'cb',
    '/cb',
    '//app.example/cb',
    'https://app.example',
    'https://app.example?a=1',
    'https://app.example/#',
    'https://app.example/#x',
    'https://*.example/cb',
    'https://app.example/*',
    'https://user@app.example/',
    'https://user:word@app.example/',
    'https://app.example./',
    'https://app.example:443/',
    'https://App.example/',
    'HTTPS://app.example/',
    'https://app.example/a/../b',
    'https://app.example/a b',
    'https://app.example\\cb',
    'https://app.example/cb\n',
    ' https://app.example/',
    'https://bücher.example/',
    'https://app.example/ä',
    'https://app.example/cb?code=1',
    'https://app.example/cb?state=1',
    'https://app.example/cb?a=1&iss=x',
    'https://app.example/cb?%63ode=1',
    'https://app.example/cb?error=x',
    'http://app.example/',
    'http://127.0.0.2/cb',
    'http://127.1/cb',
    'http://2130706433/cb',
    'http://0.0.0.0/cb',
    'http://localhost.example/cb',
    'http://[::ffff:127.0.0.1]/cb',
    'ftp://app.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://app.example/1',
    'vbscript:x',
    'about:blank',
    'myapp:/cb',
    'urn:ietf:wg:oauth:2.0:oob',
    'com.example.app:/cb#x',
    'Com.Example.app:/cb',
    `https://app.example/${'a'.repeat(2000)}`,
  ])('OAU-05 OAU-20: %.50j by nobody', (uri) => {
    expect(mayRegisterUri(uri, web)).toBe(false);
    expect(mayRegisterUri(uri, native)).toBe(false);
  });

  test('OAU-20: none twice, and not more than 100', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `https://app.example/${n}`);
    expect(faultOf(() => checkRedirectUris(many(100), web))).toBe('nothing');
    for (const uris of [
      many(101),
      many(1000),
      ['https://a.example/', 'https://a.example/'],
      ['https://a.example/', 'x'],
    ])
      expect(faultOf(() => checkRedirectUris(uris, web))).toBe('invalid_redirect_uri redirect_uris');
  });
});
