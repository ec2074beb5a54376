import { type Fields, Refused, readForm, readFormOrJson, readJson, textOf } from '@doorward/examples-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const request = (type: string | undefined, body: string): Request =>
  new Request('http://localhost/', {
    method: 'POST',
    body: new TextEncoder().encode(body),
    headers: type === undefined ? {} : { 'content-type': type },
  });
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
const asObject = (fields: Fields): unknown => Object.fromEntries(fields);

test('a form that a browser makes comes back as it was', async () => {
  const text = fc.string({ unit: 'grapheme' });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, text, { noNullPrototype: true }), async (sent) => {
      const body = new URLSearchParams(sent).toString();
      expect(asObject(await readForm(request(form, body)))).toEqual(sent);
    }),
  );
});

test('a JSON object comes back as it was', async () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(object, async (sent) => {
      const body = JSON.stringify(sent);
      const expected: unknown = JSON.parse(body);
      expect(asObject(await readJson(request(json, body)))).toEqual(expected);
    }),
  );
});

describe('a name that comes twice is refused', () => {
  test.each(['a=1&a=2', 'a=1&%61=2', 'a&a'])('in the form %s', async (body) => {
    await expect(readForm(request(form, body))).rejects.toMatchObject({ status: 400 });
  });
  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"b":{"a":1,"a":2}}',
    '{"b":[{"a":1},{"a":1,"a" :2}]}',
    '{"a":"}","a":2}',
    '{"a":{"x":1},"a":2}',
  ])('in the JSON %s', async (body) => {
    await expect(readJson(request(json, body))).rejects.toMatchObject({ status: 400 });
  });
  test.each(['{"a":{"a":{"a":1}}}', '{"a":"a","b":"a\\":"}', '{"a":[{"b":1},{"b":1}]}'])(
    'but not in %s, where each is another',
    async (body) => {
      expect(asObject(await readJson(request(json, body)))).toEqual(JSON.parse(body));
    },
  );
});

test('a body in JSON must be an object', async () => {
  for (const body of ['[]', 'null', '1', '"a"', '', '{', '['.repeat(16_000)])
    await expect(readJson(request(json, body))).rejects.toMatchObject({ status: 400 });
});

test('the media type decides, and without one there is only an empty form', async () => {
  for (const type of [undefined, 'text/plain', `${json}x`, `${json}; charset=latin1`, `${form}, ${json}`])
    await expect(readFormOrJson(request(type, '{"a":1}'))).rejects.toMatchObject({ status: 415 });
  expect(asObject(await readFormOrJson(request(`${json}; charset=UTF-8`, '{"a":"1"}')))).toEqual({ a: '1' });
  expect(asObject(await readFormOrJson(request(form, 'a=1')))).toEqual({ a: '1' });
  expect(asObject(await readFormOrJson(request(undefined, '')))).toEqual({});
  await expect(readJson(request(undefined, ''))).rejects.toMatchObject({ status: 415 });
});

test('a body has at most 16,384 bytes, however it comes', async () => {
  const value = 'x'.repeat(16_384 - 2);
  expect(textOf(await readForm(request(form, `a=${value}`)), 'a')).toBe(value);
  await expect(readForm(request(form, `a=${value}x`))).rejects.toMatchObject({ status: 413 });
});

test('a field that is asked for as text is text', () => {
  const fields: Fields = new Map<string, unknown>([
    ['text', 'ü'],
    ['number', 1],
    ['nothing', null],
    ['half', '\ud800'],
  ]);
  expect(textOf(fields, 'text')).toBe('ü');
  expect(textOf(fields, 'missing')).toBeUndefined();
  for (const name of ['number', 'nothing', 'half']) expect(() => textOf(fields, name)).toThrow(Refused);
});
