/**
 * Redirect URIs that look like `https://app.example/callback` and are not, and those that look like a loopback literal
 * and are not.
 */

const around = [
  // The host grows, shrinks or hides.
  'https://app.example.evil.example/callback',
  'https://evil.example/app.example/callback',

  'https://evilapp.example/callback',
  'https://app.example.evil/callback',
  'https://sub.app.example/callback',
  'https://app.exampl/callback',
  'https://pp.example/callback',
  'https://example/callback',
  'https://app-example/callback',
  'https://app.example./callback',
  'https://.app.example/callback',
  'https://APP.example/callback',
  'https://app.EXAMPLE/callback',
  'https://аpp.example/callback',

  'https://xn--pp-6kc.example/callback',
  'https://app。example/callback',
  'https://app%2eexample/callback',
  'https://*.example/callback',
  'https://*/callback',
  'https://app.example*/callback',
  // Somebody stands before the host.
  'https://app.example@evil.example/callback',
  'https://user@app.example/callback',
  'https://user:pass@app.example/callback',
  'https://evil.example#@app.example/callback',
  'https://evil.example?@app.example/callback',
  'https://evil.example\\@app.example/callback',
  'https://app.example%40evil.example/callback',
  'https://app.example:@evil.example/callback',
  // The port.

  'https://app.example:443/callback',
  'https://app.example:8443/callback',
  'https://app.example:/callback',
  'https://app.example:0443/callback',
  'https://app.example:80/callback',
  // The scheme.
  'http://app.example/callback',
  'HTTPS://app.example/callback',
  'Https://app.example/callback',
  '//app.example/callback',
  'https:/app.example/callback',
  'https:app.example/callback',
  'https:///app.example/callback',
  'https:\\\\app.example\\callback',
  'ftp://app.example/callback',

  'javascript:alert(1)',
  'javascript://app.example/callback',
  'data:text/html,hello',
  'blob:https://app.example/callback',

  'file:///callback',
  'about:blank',
  'com.example.app:/callback',
  'ws://app.example/callback',
  '/callback',
  'callback',
];

const within = [
  // The path.
  '/',
  '',
  '/callback/',
  '/callback//',
  '//callback',
  '/Callback',
  '/CALLBACK',
  '/callbac',
  '/callback2',

  '/callback/..',
  '/callback/../evil',
  '/x/../callback',
  '/./callback',
  '/%2e%2e/callback',
  '/callback%2f',
  '/callback%2F..%2Fevil',
  '/%63allback',
  '/callback%00',
  '/callback%0d%0aLocation:x',
  '/callback;a=b',

  '/callback\\',
  '\\callback',
  '/callback\\..\\evil',
  '/callback ',
  ' /callback',
  '/callback%20',
  '/callback.',
  '/callback\t',
  '/call\tback',
  '/call\nback',
  '/callback\r\n',
  '/callback*',
  '/*',
  '/callbаck',
  // Query and fragment.
  '/callback?',
  '/callback?a=b',
  '/callback?code=x',
  '/callback?redirect=https://evil.example',
  '/callback#',
  '/callback#a',
  '/callback?#',
  '/callback#https://evil.example',
  '/callback&a=b',
].map((path) => `https://app.example${path}`);

/** At least eighty; none may get an answer of a client that has registered `https://app.example/callback`. */
export const redirectMutations: readonly string[] = [...around, ...within];

/** For a native client with `http://127.0.0.1:4000/cb?a=b` and `http://[::1]/cb`. */
export const loopbackMutations: readonly string[] = [
  'http://localhost:4000/cb?a=b',
  'http://localhost/cb',
  'http://127.0.0.2:4000/cb?a=b',
  'http://127.1:4000/cb?a=b',
  'http://127.0.1:4000/cb?a=b',
  'http://2130706433:4000/cb?a=b',
  'http://0x7f000001:4000/cb?a=b',
  'http://0177.0.0.1:4000/cb?a=b',
  'http://0.0.0.0:4000/cb?a=b',
  'http://127.0.0.1.evil.example:4000/cb?a=b',
  'http://127.0.0.1@evil.example/cb?a=b',
  'http://evil.example@127.0.0.1:4000/cb?a=b',
  'http://localhost.evil.example/cb',
  'http://[::]/cb',
  'http://[::ffff:127.0.0.1]/cb',
  'http://[0:0:0:0:0:0:0:1]/cb',
  'http://[::1%25eth0]/cb',
  'https://127.0.0.1:4000/cb?a=b',
  'http://127.0.0.1:4000/cb',
  'http://127.0.0.1:4000/cb?a=c',
  'http://127.0.0.1:4000/cb?a=b&c=d',
  'http://127.0.0.1:4000/other?a=b',
  'http://127.0.0.1:4000/cb?a=b#c',
  'http://127.0.0.1:0/cb?a=b',
  'http://127.0.0.1:65536/cb?a=b',
  'http://127.0.0.1:04000/cb?a=b',
  'http://127.0.0.1:/cb?a=b',
  'http://127.0.0.1:4000:5000/cb?a=b',
  'http://127.0.0.1:+80/cb?a=b',
];
