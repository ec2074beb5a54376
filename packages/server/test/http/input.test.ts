import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/base/failure.ts';
import { line, passwordText, readBody, readQuery, uuid, wholeNumber } from '../../src/http/input.ts';
import type { RouteFacts } from '../../src/http/route.ts';

const limit = 1024;
const facts: RouteFacts = {
  method: 'POST',
  path: '/things',
  subject: 'tests',
  summary: 'A row.',
  forgery: 'carrier',
  limits: ['none'],
  answers: { 204: { description: 'Done.' } },
  failures: [],
};
const body = v.strictObject({
  name: v.string('This must be text.'),
  tags: v.optional(v.array(v.string('This must be text.'), 'This must be a list.')),
});
const row: RouteFacts = { ...facts, body };
const form: RouteFacts = { ...row, form: true };

/** Asked of streams by the Fetch standard, and not in its types yet. */
const halfDuplex: RequestInit & { duplex: 'half' } = { duplex: 'half' };

type Raw = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

const request = (raw: Raw | null, headers: Record<string, string> = {}, method = 'POST'): Request =>
  new Request('https://id.example.com/things', { ...halfDuplex, method, body: raw, headers });

const json = { 'content-type': 'application/json' };
const read = (raw: Raw | null, headers = json, of = row): Promise<unknown> =>
  readBody(request(raw, headers), of, limit);

/** A body that comes in pieces and counts how many were taken. */
function pieces(count: number, text: string): { stream: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (taken === count) return controller.close();
        taken += 1;
        controller.enqueue(Buffer.from(text));
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken: () => taken };
}

describe('a body', () => {
  test('is read by its row, with a length or in pieces', async () => {
    expect(await read('{"name":"a","tags":["b"]}')).toEqual({ name: 'a', tags: ['b'] });
    const { stream } = pieces(1, '{"name":"a"}');
    expect(await read(stream)).toEqual({ name: 'a' });
    const counted = { ...json, 'content-length': '12' };
    expect(await read('{"name":"a"}', counted)).toEqual({ name: 'a' });
  });

  test.each<[string, Raw, Record<string, string>, string]>([
    ['no media type', '{"name":"a"}', { 'content-type': '' }, 'media_type_unsupported'],
    ['another media type', '{"name":"a"}', { 'content-type': 'text/json' }, 'media_type_unsupported'],
    [
      'another encoding of letters',
      '{}',
      { 'content-type': 'application/json;charset=latin1' },
      'media_type_unsupported',
    ],
    ['a coding', '{"name":"a"}', { ...json, 'content-encoding': 'gzip' }, 'media_type_unsupported'],
    [
      'a coding that does nothing',
      '{"name":"a"}',
      { ...json, 'content-encoding': 'identity' },
      'media_type_unsupported',
    ],
    ['a length over the limit', '{}', { ...json, 'content-length': '1025' }, 'body_too_large'],
    ['letters over the limit', ' '.repeat(1025), json, 'body_too_large'],
    ['more than it said', ' '.repeat(1025), { ...json, 'content-length': '10' }, 'body_too_large'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), json, 'body_malformed'],
    ['broken JSON', '{"name":', json, 'body_malformed'],
    ['nothing', '', json, 'body_malformed'],
    ['a list', '[]', json, 'input_invalid'],
    ['text', '"name"', json, 'input_invalid'],
    ['null', 'null', json, 'input_invalid'],
    ['an unknown field', '{"name":"a","more":1}', json, 'input_invalid'],
    ['a field too few', '{}', json, 'input_invalid'],
  ])('with %s is refused', async (_what, ...[raw, headers, code]) => {
    await expect(readBody(request(raw, headers), row, limit)).rejects.toMatchObject({ code });
  });

  test('that does not end is not read to its end', async () => {
    const { stream, taken } = pieces(1000, ' '.repeat(100));
    await expect(read(stream)).rejects.toMatchObject({ code: 'body_too_large' });
    expect(taken()).toBeLessThanOrEqual(12);
  });

  test('of exactly the limit is read', async () => {
    const text = `{"name":"${'a'.repeat(limit - 11)}"}`;
    expect(Buffer.byteLength(text)).toBe(limit);
    expect(await read(text)).toEqual({ name: 'a'.repeat(limit - 11) });
  });

  test('is refused with the place of the fault and a sentence, never with what was sent', async () => {
    const raw = '{"name":["canary-one"],"tags":["x",{"canary-two":1},"y"],"canary-three":"canary-four"}';
    const thrown: Failure = await read(raw).then(
      () => expect.unreachable(),
      (caught: unknown) => caught as Failure,
    );
    expect(thrown.fields).toEqual([
      { field: 'name', message: 'This must be text.' },
      { field: 'tags.1', message: 'This must be text.' },
      { field: 'canary-three', message: 'This is not known here.' },
    ]);
    await expect(read('"canary-five"')).rejects.toMatchObject({
      fields: [{ field: '', message: 'The body must be an object.' }],
    });
  });

  test('tells of twenty faults at most', async () => {
    const raw = JSON.stringify({ name: 'a', tags: Array.from({ length: 100 }, () => 1) });
    const thrown: unknown = await read(raw).catch((caught: unknown) => caught);
    expect((thrown as Failure).fields).toHaveLength(20);
  });

  test('where none is taken is refused on a change and ignored on a read', async () => {
    const bare: RouteFacts = { ...facts, body: undefined };
    const framed = { ...json, 'content-length': '2' };
    await expect(readBody(request('{}', framed), bare, limit)).rejects.toMatchObject({
      code: 'body_malformed',
    });
    await expect(
      readBody(request('{}', { ...json, 'transfer-encoding': 'chunked' }), bare, limit),
    ).rejects.toMatchObject({ code: 'body_malformed' });
    expect(await readBody(request(null, { 'content-length': '0' }), bare, limit)).toBeUndefined();
    expect(await readBody(request(null, framed, 'GET'), { ...bare, method: 'GET' }, limit)).toBeUndefined();
  });

  test('may be left out where the row says so, and only wholly', async () => {
    const optional: RouteFacts = { ...row, bodyOptional: true };
    expect(await readBody(request(null), optional, limit)).toBeUndefined();
    await expect(readBody(request(null), row, limit)).rejects.toMatchObject({
      code: 'media_type_unsupported',
    });
    await expect(readBody(request(null, json), optional, limit)).rejects.toMatchObject({
      code: 'body_malformed',
    });
    await expect(readBody(request(null, { 'content-length': '5' }), optional, limit)).rejects.toMatchObject({
      code: 'media_type_unsupported',
    });
  });

  test('as a form is read where the row wants one, with the same strictness', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await read('name=a+b%21', type, form)).toEqual({ name: 'a b!' });
    for (const [raw, code] of [
      ['name=a&name=b', 'body_malformed'],
      ['name=%zz', 'body_malformed'],
      ['name=%00', 'body_malformed'],
      ['=a', 'body_malformed'],
      ['name=a&more=1', 'input_invalid'],
      ['name=a&__proto__=1', 'input_invalid'],
      ['', 'input_invalid'],
    ] as const)
      await expect(read(raw, type, form)).rejects.toMatchObject({ code });
    await expect(read('{"name":"a"}', json, form)).rejects.toMatchObject({ code: 'media_type_unsupported' });
  });

  test('whatever is sent, it is read or refused by a code of ours', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((text) => text.slice(1)),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const outcome: unknown = await read(text).catch((caught: unknown) => caught);
        if (outcome instanceof Error) expect(outcome).toHaveProperty('code');
        else expect(outcome).toHaveProperty('name');
      }),
    );
  });
});

describe('a query', () => {
  const query = v.strictObject({
    search: v.optional(line(10)),
    after: v.optional(uuid),
    limit: v.optional(wholeNumber(1, 200), '50'),
  });
  const asking: RouteFacts = { ...facts, method: 'GET', query };

  test('is read by its row, with its defaults', () => {
    expect(readQuery('', asking)).toEqual({ limit: 50 });
    expect(readQuery('?', asking)).toEqual({ limit: 50 });
    expect(readQuery('?limit=7&search=a%20b', asking)).toEqual({ limit: 7, search: 'a b' });
  });

  test.each([
    '?more=1',
    '?limit=1&limit=2',
    '?limit=',
    '?limit=0',
    '?limit=201',
    '?limit=1e2',
    '?limit=+5',
    '?after=x',
    '?search=%',
    '?search=%ff',
    '?search=%00',
    '?search=12345678901',
    '?search=%E2%80%AE',
    '?__proto__=x',
    '?toString=x',
    '?&',
    '?=',
  ])('%s is refused', (search) => {
    expect(() => readQuery(search, asking)).toThrow(expect.objectContaining({ code: 'query_invalid' }));
  });

  test('is refused on a row that takes none, by the names that it has', () => {
    expect(readQuery('', facts)).toBeUndefined();
    expect(() => readQuery('?a=1&b=2', facts)).toThrow(
      expect.objectContaining({
        code: 'query_invalid',
        fields: ['a', 'b'].map((field) => ({ field, message: 'This is not known here.' })),
      }),
    );
  });
});

describe('kinds of fields', () => {
  test.each<[string, v.GenericSchema, readonly unknown[], readonly unknown[]]>([
    ['a line', line(3), ['abc', '\u{1F511}\u{1F511}\u{1F511}', ''], ['abcd', 'a\nb', '\u200B', 3, null]],
    ['a password', passwordText, ['x', 'x'.repeat(1024)], ['', 'x'.repeat(1025), 5]],
    [
      'an id',
      uuid,
      ['01890a5d-ac96-774b-bcce-b302099a8057'],
      ['01890A5D-AC96-774B-BCCE-B302099A8057', 'x', ''],
    ],
    ['a whole number', wholeNumber(0, 9), ['0', '9'], ['10', '-1', '01', '1.0', ' 1', '', 1]],
  ])('%s', (_what, ...[schema, good, bad]) => {
    for (const value of good) expect([value, v.is(schema, value)]).toEqual([value, true]);
    for (const value of bad) expect([value, v.is(schema, value)]).toEqual([value, false]);
  });
});
