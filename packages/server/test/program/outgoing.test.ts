import { execFile } from 'node:child_process';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isPlace } from '../../src/program/oauth/outgoing.ts';
import { selfSigned } from './certificate.ts';
import { gate, names, noting, plain, saying, secure } from './outgoing-servers.ts';

const bounds = { limit: 100, seconds: 5 };
const refused = (reason: string) => ({ ok: false, reason });

describe('what is sent', () => {
  test('a form, and any status of success will do, read or not', async () => {
    for (const status of [200, 202, 204]) {
      let body = '';
      const { asked, answer } = noting((request, response) => {
        request.on('data', (chunk) => (body += String(chunk)));
        request.on('end', () => response.writeHead(status, { 'content-type': 'text/html' }).flushHeaders());
      });
      const server = await plain(answer);
      const { post } = gate({ allow: [server.place] });
      const form = { logout_token: 'a.b.c', text: 'ä&=+ ' };
      expect(await post(`http://${server.place}/out?a=1`, form, bounds)).toEqual({ ok: true });
      expect(Object.fromEntries(new URLSearchParams(body))).toEqual(form);
      // The body of this answer never comes, and nobody waits for it.
      await server.gone;
      expect([asked[0]?.method, asked[0]?.url]).toEqual(['POST', '/out?a=1']);
      expect(asked[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    }
  });

  test.each([400, 401, 404, 500])('the status %i says that it was not taken', async (status) => {
    const server = await plain((_request, response) => response.writeHead(status).end('canary'));
    const { post } = gate({ allow: [server.place] });
    expect(await post(`http://${server.place}/`, {}, bounds)).toEqual(refused('status'));
  });

  test('nothing of ours goes along, and no cookie comes back', async () => {
    const { asked, answer } = noting(saying('{}', { 'set-cookie': 'a=b; Path=/' }));
    const server = await plain(answer);
    const { fetchJson } = gate({ allow: [server.place] });
    for (let time = 0; time < 2; time++) await fetchJson(`http://${server.place}/k?x=1`, bounds);
    for (const { headers, url } of asked) {
      expect(url).toBe('/k?x=1');
      expect(headers).toEqual({
        host: server.place,
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'doorward',
        connection: 'close',
      });
    }
    expect(asked).toHaveLength(2);
  });

  test('no proxy of the environment is used', async () => {
    const server = await plain(saying('{"by":"the server"}'));
    const proxy = await plain(saying('{"by":"the proxy"}'));
    const source = new URL('../../src/program/oauth/outgoing.ts', import.meta.url).href;
    const clock = new URL('../../src/base/clock.ts', import.meta.url).href;
    const script = `
      import { createOutgoing } from '${source}';
      import { systemClock as clock } from '${clock}';
      const gate = createOutgoing({ clock, outgoingAllow: ['${server.place}'] });
      console.log(JSON.stringify(await gate.fetchJson('http://${server.place}/', { limit: 99, seconds: 9 })));`;
    const proxyUrl = `http://${proxy.place}`;
    const env = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxyUrl,
      HTTPS_PROXY: proxyUrl,
      http_proxy: proxyUrl,
    };
    const flags = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { env });
    expect(JSON.parse(stdout)).toEqual({ ok: true, value: { by: 'the server' } });
    expect(proxy.connections()).toBe(0);
  });
});

describe('over https', () => {
  const certificate = selfSigned(['keys.example', '127.0.0.1']);
  const trusted = (): void => {
    const usual = getCACertificates();
    setDefaultCACertificates([...usual, certificate.cert]);
    onTestFinished(() => setDefaultCACertificates(usual));
  };
  const lookup = names({ 'keys.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] });

  test('a server that proves its name is asked', async () => {
    trusted();
    const { port } = await secure(certificate, saying('{"a":1}'));
    const { fetchJson } = gate({ allow: [`keys.example:${port}`], lookup });
    expect(await fetchJson(`https://keys.example:${port}/`, bounds)).toEqual({ ok: true, value: { a: 1 } });
  });

  test('one that proves another name is not, nor one that nobody vouches for', async () => {
    const { asked, answer } = noting(saying('{"a":1}'));
    const { port } = await secure(certificate, answer);
    const { fetchJson } = gate({ allow: [`keys.example:${port}`, `other.example:${port}`], lookup });
    expect(await fetchJson(`https://keys.example:${port}/`, bounds)).toEqual(refused('unreachable'));
    trusted();
    expect(await fetchJson(`https://other.example:${port}/`, bounds)).toEqual(refused('unreachable'));
    expect(asked).toHaveLength(0);
  });

  test('the environment cannot turn that off', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => {
      vi.unstubAllEnvs();
      warned.mockRestore();
    });
    const { port } = await secure(certificate, saying('{}'));
    const { fetchJson } = gate({ allow: [`keys.example:${port}`], lookup });
    expect(await fetchJson(`https://keys.example:${port}/`, bounds)).toEqual(refused('unreachable'));
  });
});

describe('a place of the setting', () => {
  test.each(['localhost:1', 'app.internal:8443', '10.0.0.5:443', '[::1]:65535'])('%s is one', (text) => {
    expect(isPlace(text)).toBe(true);
  });
  test.each([
    'localhost',
    ':80',
    'localhost:',
    'localhost:0',
    'localhost:080',
    'localhost:65536',
    'https://localhost:1',
    'localhost:1/',
    'LOCALHOST:1',
    '127.1:80',
    '::1:80',
    '*:80',
    '*',
    'a@b:80',
    'a/b:80',
    'a b:80',
    'a:1:80',
    '',
  ])('%j is none', (text) => {
    expect(isPlace(text)).toBe(false);
  });
});
