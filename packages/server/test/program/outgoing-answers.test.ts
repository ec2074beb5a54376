import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { gate, names, noting, plain, raw, saying } from './outgoing-servers.ts';

const bounds = { limit: 100, seconds: 5 };
const refused = (reason: string) => ({ ok: false, reason });

describe('what is fetched', () => {
  const fetched = async (answer: Parameters<typeof plain>[0], limit = 100) => {
    const server = await plain(answer);
    return gate({ allow: [server.place] }).fetchJson(`http://${server.place}/`, { limit, seconds: 5 });
  };

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/jwk-set+json',
  ])('a document of the type %s is read', async (type) => {
    const answer = saying('{"keys":[]}', { 'content-type': type });
    expect(await fetched(answer)).toEqual({ ok: true, value: { keys: [] } });
  });

  test.each([
    'text/html',
    'text/plain',
    'application/jsonp',
    'text/json',
    'application/json-seq',
    '',
    'json',
  ])('the type %j is refused', async (type) => {
    expect(await fetched(saying('{}', { 'content-type': type }))).toEqual(refused('media-type'));
  });

  test('a document without a type is refused, and a packed one', async () => {
    expect(await fetched((_request, response) => response.end('{}'))).toEqual(refused('media-type'));
    const packed = saying(gzipSync('{}'), { 'content-encoding': 'gzip' });
    expect(await fetched(packed)).toEqual(refused('media-type'));
  });

  test.each(['', '{', '<html>', '{"a":1,"a":2}', '\ufeff{}', '{"__proto__":1}', '[1]x', '[\u0000]'])(
    'the text %j is refused',
    async (text) => {
      expect(await fetched(saying(text))).toEqual(refused('malformed'));
    },
  );

  test('bytes that are no text are refused', async () => {
    expect(await fetched(saying(Buffer.from([0x22, 0xff, 0x22])))).toEqual(refused('malformed'));
  });

  test.each([201, 204, 206, 400, 401, 404, 500, 503])('the status %i is refused', async (status) => {
    const answer = fetched((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
    expect(await answer).toEqual(refused('status'));
  });

  test('the limit is kept to the byte, announced or not', async () => {
    const text = JSON.stringify('a'.repeat(98));
    expect(await fetched(saying(text), 100)).toMatchObject({ ok: true });
    expect(await fetched(saying(text), 99)).toEqual(refused('too-large'));
    const inPieces: Parameters<typeof plain>[0] = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(text.slice(0, 50));
      response.end(text.slice(50));
    };
    expect(await fetched(inPieces, 100)).toMatchObject({ ok: true });
    expect(await fetched(inPieces, 99)).toEqual(refused('too-large'));
  });

  test('a body without end is left at the limit', async () => {
    const server = await plain((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const pour = (): void => {
        while (response.write(' '.repeat(65_536)) && !response.destroyed);
        response.once('drain', pour);
      };
      pour();
    });
    const { fetchJson } = gate({ allow: [server.place] });
    const answer = await fetchJson(`http://${server.place}/`, { limit: 1_000_000, seconds: 5 });
    expect(answer).toEqual(refused('too-large'));
    await server.gone;
  });

  test.each([
    ['nothing', ''],
    ['no HTTP', 'hello\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
    [
      'less than it promised',
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{}',
    ],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}\r\n{}`],
  ])('one who says %s is unreachable', async (_what, bytes) => {
    const server = await raw(bytes);
    const { fetchJson, post } = gate({ allow: [server.place] });
    expect(await fetchJson(`http://${server.place}/`, bounds)).toEqual(refused('unreachable'));
    if (!bytes.includes('200 OK\r\ncontent-type'))
      expect(await post(`http://${server.place}/`, {}, bounds)).toEqual(refused('unreachable'));
  });

  test('a name that nobody knows, and a port where nobody listens', async () => {
    const lookup = names({});
    expect(await gate({ lookup }).fetchJson('https://nobody.example/', bounds)).toEqual(
      refused('name-unknown'),
    );
    const failing = async () => Promise.reject(new Error('ENOTFOUND'));
    const unknown = gate({ lookup: failing }).fetchJson('https://nobody.example/', bounds);
    expect(await unknown).toEqual(refused('name-unknown'));
    const closed = gate({ allow: ['127.0.0.1:1'] }).fetchJson('http://127.0.0.1:1/', bounds);
    expect(await closed).toEqual(refused('unreachable'));
  });

  test('what went wrong never repeats what the other side said', async () => {
    for (const text of ['{"canary', '{"canary":1,"canary":2}'])
      expect(JSON.stringify(await fetched(saying(text)))).not.toContain('canary');
  });
});

describe('the time is kept', () => {
  const late = async (work: Promise<unknown>, advance: () => void): Promise<unknown> => {
    let isOver = false;
    void work.then(() => (isOver = true));
    expect(isOver).toBe(false);
    advance();
    return work;
  };

  test('of a look-up', async () => {
    const lookup = () => new Promise<never>(() => undefined);
    const { fetchJson, clock } = gate({ lookup });
    const work = fetchJson('https://slow.example/', bounds);
    // The gate is loaded before its time runs.
    await vi.waitFor(
      () => {
        clock.advance(5000);
        return Promise.race([work, Promise.reject(new Error('not yet'))]);
      },
      { timeout: 10_000 },
    );
    expect(await work).toEqual(refused('timed-out'));
  });

  test('of an answer that does not come', async () => {
    const { asked, answer } = noting(() => undefined);
    const server = await plain(answer);
    const { fetchJson, clock } = gate({ allow: [server.place] });
    const work = fetchJson(`http://${server.place}/`, bounds);
    await vi.waitFor(() => expect(asked).toHaveLength(1), { timeout: 10_000 });
    clock.advance(4999);
    expect(await late(work, () => clock.advance(1))).toEqual(refused('timed-out'));
    await server.gone;
  });

  test('of a body that comes in drops: it is one time for all of them', async () => {
    const drops: (() => void)[] = [];
    const server = await plain((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      drops.push(() => response.write(' '));
      response.flushHeaders();
    });
    const { fetchJson, clock } = gate({ allow: [server.place] });
    const work = fetchJson(`http://${server.place}/`, bounds);
    await vi.waitFor(() => expect(drops).toHaveLength(1), { timeout: 10_000 });
    for (let second = 1; second < 5; second++) {
      clock.advance(1000);
      drops[0]?.();
    }
    expect(await late(work, () => clock.advance(1000))).toEqual(refused('timed-out'));
    await server.gone;
  });

  test('and leaves nothing behind that would wait for it', async () => {
    const server = await plain(saying('{}'));
    const { fetchJson, clock } = gate({ allow: [server.place] });
    const cancelled = vi.fn<() => void>();
    const after = vi.spyOn(clock, 'after').mockReturnValue(cancelled);
    expect(await fetchJson(`http://${server.place}/`, bounds)).toMatchObject({ ok: true });
    expect(after.mock.calls.map(([milliseconds]) => milliseconds)).toEqual([5000]);
    expect(cancelled).toHaveBeenCalledOnce();
  });
});
