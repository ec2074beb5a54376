import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventText, parseLastEventId } from '../../src/protocol/event-stream.ts';

/** The reader's side of WHATWG HTML §9.2.6. */
function read(stream: string) {
  const events: { id: string; event: string; data: string }[] = [];
  let [id, event, data] = ['', '', ''];
  for (const line of stream.split(/\r\n|\r|\n/).slice(0, -1)) {
    if (line === '') {
      if (data !== '') events.push({ id, event: event || 'message', data: data.slice(0, -1) });
      [event, data] = ['', ''];
      continue;
    }
    const [field = '', ...rest] = line.split(':');
    const value = rest.join(':').replace(/^ /, '');
    if (field === 'data') data += `${value}\n`;
    else if (field === 'event') event = value;
    else if (field === 'id') id = value;
  }
  return events;
}

describe('writing', () => {
  test('an event has its fields in order and a blank line', () => {
    expect(eventText({ id: 7, event: 'revoked', data: '{"a":1}', retry: 500 })).toBe(
      'retry: 500\nid: 7\nevent: revoked\ndata: {"a":1}\n\n',
    );
    expect(eventText({ data: '' })).toBe('data: \n\n');
    expect(eventText({ data: 'a\nb\r\nc\rd\n' })).toBe('data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n');
  });

  test('no data can begin a field or an event of its own', () => {
    const piece = fc.constantFrom('\n', '\r', '\r\n', 'data: ', 'id: 9', 'event: x', ':', ' ', 'a', '\n\n');
    fc.assert(
      fc.property(fc.array(piece), fc.nat(), (pieces, id) => {
        const data = pieces.join('');
        expect(read(eventText({ id, event: 'e', data }))).toEqual([
          { id: String(id), event: 'e', data: data.replaceAll(/\r\n|\r/g, '\n') },
        ]);
      }),
    );
  });

  test('a line end in id or event, NUL and a strange retry are refused', () => {
    for (const bad of ['a\nb', 'a\rb', 'a\0']) {
      expect(() => eventText({ id: bad, data: '' })).toThrow(RangeError);
      expect(() => eventText({ event: bad, data: '' })).toThrow(RangeError);
    }
    for (const retry of [-1, 0.5, Number.NaN])
      expect(() => eventText({ data: '', retry })).toThrow(RangeError);
  });
});

describe('the last event id', () => {
  test.each([
    ['1', 1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', undefined],
    ['0', undefined],
    ['01', undefined],
    ['-1', undefined],
    ['+1', undefined],
    ['1.0', undefined],
    ['1e3', undefined],
    ['0x1', undefined],
    [' 1', undefined],
    ['1\n', undefined],
    ['١', undefined],
    ['', undefined],
    [null, undefined],
    ['9'.repeat(100_000), undefined],
  ])('INP-13: %j is %j', (text, expected) => {
    expect(parseLastEventId(text)).toBe(expected);
  });

  test('what eventText writes comes back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat().filter(Boolean), (id) => {
        const [event] = read(eventText({ id, data: 'x' }));
        expect(parseLastEventId(event?.id ?? null)).toBe(id);
      }),
    );
  });
});
