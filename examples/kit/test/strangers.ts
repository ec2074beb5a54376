/** Bad input that every system is asked to refuse: broken bodies, paths and methods, and text that no one would type. */
import fc from 'fast-check';

/** Text of any kind: empty, long, controls, markup, half surrogate pairs. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\r\n',
    '<script>',
    '\ud800',
    'a'.repeat(5000),
    '__proto__',
    '%',
    '%ff',
    '=&=',
  ),
);

/** Any JSON value, and bodies that are none. */
export const anyJson = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constantFrom('', '[]', 'null', '{', '{"email":1}', '{"email":"a","email":"b"}', '['.repeat(5000)),
);

/** Bodies of the wrong kind, each with the status that is due: what an endpoint that takes `type` must answer. */
export const brokenBodies = (type: string): readonly (readonly [string, number, RequestInit])[] => {
  const post = (
    contentType: string,
    body: NonNullable<RequestInit['body']>,
    more: Record<string, string> = {},
  ): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': contentType, ...more },
    body,
  });
  return [
    ['another content type', 415, post('text/plain', 'id=1')],
    ['a multipart form', 415, post('multipart/form-data; boundary=x', '--x--')],
    ['another character set', 415, post(`${type}; charset=utf-16`, 'id=1')],
    ['a compressed body', 415, post(type, 'id=1', { 'content-encoding': 'gzip' })],
    ['bytes that are not UTF-8', 400, post(type, new Uint8Array([0x69, 0x64, 0x3d, 0xff]))],
    ['a body of 20,000 bytes', 413, post(type, 'x'.repeat(20_000))],
  ];
};
