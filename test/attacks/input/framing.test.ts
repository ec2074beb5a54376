/**
 * Requests whose ends two readers could see in different places, and bodies that do not end: refused, and the
 * connection closed, so that nothing behind them is ever taken for a request.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Listening, requestText, sendBytes, serveBytes } from './raw-socket.ts';

let listening: Listening;
beforeAll(async () => {
  listening = await serveBytes();
});
afterAll(() => listening.close());

const send = (bytes: string | Iterable<string>) => sendBytes(listening.port, { bytes });

/** A request that a desynchronised reader would find behind another. */
const smuggled = 'GET /health/live HTTP/1.1\r\nHost: localhost:3000\r\n\r\n';
const post = 'POST /api/v1/sessions HTTP/1.1';
const json = 'Content-Type: application/json';
const get = 'GET /health/live HTTP/1.1';

describe('INP-09: a request that can be read in two ways is refused, and nothing behind it is answered', () => {
  test.each<[string, string]>([
    [
      'a length and chunks',
      requestText(post, [json, 'Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`),
    ],
    [
      'chunks and a length',
      requestText(post, [json, 'Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${smuggled}`),
    ],
    [
      'Transfer-Encoding twice',
      requestText(
        post,
        [json, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
        `0\r\n\r\n${smuggled}`,
      ),
    ],
    [
      'chunked not last',
      requestText(post, [json, 'Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled}`),
    ],
    [
      'a spelling of chunked',
      requestText(post, [json, 'Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`),
    ],
    [
      'a space before the colon',
      requestText(post, [json, 'Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`),
    ],
    ['two lengths', requestText(post, [json, 'Content-Length: 0', 'Content-Length: 40'], smuggled)],
    ['two lengths in one', requestText(post, [json, 'Content-Length: 0, 40'], smuggled)],
    ['a negative length', requestText(post, [json, 'Content-Length: -1'], smuggled)],
    ['a length with a sign', requestText(post, [json, 'Content-Length: +4'], smuggled)],
    ['a length in hexadecimal', requestText(post, [json, 'Content-Length: 0x4'], smuggled)],
    [
      'a length beyond all numbers',
      requestText(post, [json, 'Content-Length: 99999999999999999999'], smuggled),
    ],
    ['two hosts', requestText(get, ['Host: evil.example'], smuggled)],
    ['no host', `${get}\r\n\r\n${smuggled}`],
    ['a folded header', requestText(get, ['X-A: 1', ' folded: 2'], smuggled)],
    ['a bare line feed', `${get}\nHost: localhost:3000\n\n${smuggled}`],
    ['a bare carriage return', `${get}\r\nHost: localhost:3000\rX-A: 1\r\n\r\n${smuggled}`],
    ['NUL in a header', requestText(get, ['X-A: a\0b'], smuggled)],
    ['a header without a name', requestText(get, [': x'], smuggled)],
    ['a header name with a space', requestText(get, ['X A: x'], smuggled)],
    ['a line without a colon', requestText(get, ['nonsense'], smuggled)],
    ['another version', requestText('GET /health/live HTTP/2.0', [], smuggled)],
    ['no method', requestText(' /health/live HTTP/1.1', [], smuggled)],
    ['an unknown method', requestText('SMUGGLE /health/live HTTP/1.1', [], smuggled)],
    ['a target of another kind', requestText('GET health/live HTTP/1.1', [], smuggled)],
    [
      'a chunk whose size is no number',
      requestText(post, [json, 'Transfer-Encoding: chunked'], `zz\r\n{}\r\n${smuggled}`),
    ],
    [
      'a chunk that is too long',
      requestText(post, [json, 'Transfer-Encoding: chunked'], `1\r\n{}}\r\n0\r\n\r\n${smuggled}`),
    ],
    [
      'a chunk extension without end',
      requestText(post, [json, 'Transfer-Encoding: chunked'], `1;${'x'.repeat(20_000)}\r\n{\r\n${smuggled}`),
    ],
    ['a line of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s', async (_what, bytes) => {
    const { statuses, closed, text } = await send(bytes);
    expect(closed).toBe(true);
    expect(statuses.length).toBeLessThanOrEqual(1);
    for (const status of statuses) expect([400, 413, 415, 431, 505]).toContain(status);
    expect(text).not.toContain('"live"');
  });

  test.each([
    ['a thousand headers', Array.from({ length: 1000 }, (_, turn) => `X-Header-${turn}: ${'v'.repeat(10)}`)],
    ['a header of 100 kB', [`X-Long: ${'x'.repeat(100_000)}`]],
    ['a cookie of 100 kB', [`Cookie: a=${'x'.repeat(100_000)}`]],
    ['a header name of 100 kB', [`${'X'.repeat(100_000)}: 1`]],
  ])('%s: 431, and the connection is closed', async (_what, headers) => {
    const { statuses, closed } = await send(requestText(get, headers, smuggled));
    expect([statuses, closed]).toEqual([[431], true]);
  });

  test('a path of 100 kB is refused', async () => {
    const { statuses, closed } = await send(
      requestText(`GET /${'x'.repeat(100_000)} HTTP/1.1`, [], smuggled),
    );
    expect(closed).toBe(true);
    expect([400, 414, 431]).toContain(statuses[0]);
    expect(statuses).toHaveLength(1);
  });

  test('HTTP/0.9 is never answered', async () => {
    expect((await send('GET /health/live\r\n')).text).toBe('');
  });

  test('two well-formed requests behind each other are two, and each gets its own answer', async () => {
    const { statuses } = await send(smuggled + smuggled);
    expect(statuses).toEqual([200, 200]);
  });
});

describe('INP-03: bodies', () => {
  const limit = 16_384;
  const chunked = [json, 'Transfer-Encoding: chunked'];
  const chunk = `${(4096).toString(16)}\r\n${' '.repeat(4096)}\r\n`;

  test('one byte over the limit, with a length: 413 before it is read', async () => {
    const headers = [json, `Content-Length: ${limit + 1}`];
    const { statuses, text } = await send(requestText(post, headers));
    expect(statuses).toEqual([413]);
    expect(text).toContain('body_too_large');
  });

  test('one byte over the limit, in chunks: 413', async () => {
    const body = `${chunk.repeat(4)}1\r\n \r\n0\r\n\r\n`;
    expect((await send(requestText(post, chunked, body))).statuses).toEqual([413]);
  });

  test('exactly the limit is read', async () => {
    const body = `${chunk.repeat(4)}0\r\n\r\n`;
    expect((await send(requestText(post, chunked, body))).statuses).toEqual([400]);
  });

  test.each([
    ['a row that takes one', post, 413],
    ['a row that takes none', 'DELETE /api/v1/session HTTP/1.1', 401],
    ['a path that is nothing', 'POST /nowhere HTTP/1.1', 404],
    ['a path that only reads', 'POST /health/live HTTP/1.1', 405],
  ])('without end, in chunks, to %s: answered once, then cut off', async (_what, line, status) => {
    function* endless(): Generator<string> {
      yield requestText(line, chunked);
      for (;;) yield chunk;
    }
    const { statuses, closed } = await sendBytes(listening.port, { bytes: endless(), quiet: 5000 });
    expect([statuses, closed]).toEqual([[status], true]);
  });

  test('an unread body is not taken for the next request', async () => {
    for (const line of ['POST /nowhere HTTP/1.1', 'POST /health/live HTTP/1.1', get]) {
      const headers = [json, `Content-Length: ${smuggled.length}`];
      const { statuses } = await send(requestText(line, headers, smuggled));
      expect(statuses).toHaveLength(1);
    }
  });

  test('compressed: 415 or 400, and never unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, ' ')).toString('latin1');
    for (const encoding of ['gzip', 'deflate', 'br', 'identity, gzip']) {
      const headers = [json, `Content-Encoding: ${encoding}`, `Content-Length: ${bomb.length}`];
      const { statuses } = await send(requestText(post, headers, bomb));
      expect([400, 415]).toContain(statuses[0]);
    }
    const plain = '{"identifier":"a@example.com","password":"x","carrier":"opaque"}';
    const headers = [json, 'Content-Encoding: gzip', `Content-Length: ${plain.length}`];
    expect((await send(requestText(post, headers, plain))).statuses).toEqual([415]);
  });

  test('shorter than said: nothing is done until the rest comes', async () => {
    const body = '{"identifier":"a@example.com","password":"x","carrier":"opaque"}';
    const headers = [json, `Content-Length: ${body.length + 10}`];
    expect((await send(requestText(post, headers, body))).statuses).toEqual([]);
  });

  test.each([
    ['of a length', 'Content-Length: 100', '{"identifier":"a'],
    ['in chunks', 'Transfer-Encoding: chunked', '5\r\n{"ide\r\n'],
  ])(
    'INP-10: a body %s whose client leaves in the middle is refused, and nothing of ours has failed',
    async (_how, framing, part) => {
      const { serving } = listening;
      const before = serving.seen.length;
      await send(requestText(post, [json, framing], part));
      await expect
        .poll(() => serving.seen.slice(before).map(({ status }) => status), { timeout: 5000 })
        .toEqual([400]);
      expect(serving.reported).toEqual([]);
    },
  );

  test('longer than said: what is left over is no request', async () => {
    const body = '{"identifier":"a@example.com","password":"x","carrier":"opaque"}';
    const { statuses, closed } = await send(
      requestText(post, [json, `Content-Length: ${body.length - 5}`], body),
    );
    expect([new Set(statuses), closed]).toEqual([new Set([400]), true]);
  });

  test.each([
    ['a form of many parts', 'multipart/form-data; boundary=x', '--x\r\n\r\n\r\n'.repeat(1000)],
    ['a form of many fields', 'application/x-www-form-urlencoded', 'a=1&'.repeat(3000)],
  ])('%s where JSON is wanted: 415', async (_what, type, body) => {
    const headers = [`Content-Type: ${type}`, `Content-Length: ${body.length}`];
    expect((await send(requestText(post, headers, body))).statuses).toEqual([415]);
  });

  test('the server is still well', async () => {
    expect((await send(smuggled)).statuses).toEqual([200]);
  });
});
