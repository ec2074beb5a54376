import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEventReader, type ReadEvent } from '../../src/remote/event-stream.ts';

function readAll(pieces: readonly string[]): { events: ReadEvent[]; retries: number[] } {
  const events: ReadEvent[] = [];
  const retries: number[] = [];
  const read = createEventReader({
    onEvent: (event) => events.push(event),
    onRetry: (one) => retries.push(one),
  });
  for (const piece of pieces) read(piece);
  return { events, retries };
}

describe('server-sent events', () => {
  test('an event has a kind and data, signs of life are none', () => {
    const { events, retries } = readAll([
      'retry: 1000\nevent: hello\ndata: {"last":3}\n\n: alive\n\nid: 4\nevent: revocation\ndata:x\n\n',
    ]);
    expect(events).toEqual([
      { event: 'hello', data: '{"last":3}' },
      { event: 'revocation', data: 'x' },
    ]);
    expect(retries).toEqual([1000]);
  });

  test('lines of data are joined, an event without data is none, and its kind ends with it', () => {
    const { events } = readAll(['event: a\n\ndata: one\ndata\ndata:  two\n\nevent: b\ndata:\n\n']);
    expect(events).toEqual([
      { event: 'message', data: 'one\n\n two' },
      { event: 'b', data: '' },
    ]);
  });

  test('all three line ends and a byte order mark are understood', () => {
    const { events } = readAll(['\uFEFFdata: a\r\n\r\ndata: b\r\rdata: c\n\n']);
    expect(events.map(({ data }) => data)).toEqual(['a', 'b', 'c']);
  });

  test('an event that has not ended is not told', () => {
    expect(readAll(['data: a\n', 'data: b']).events).toEqual([]);
  });

  test('how the text is cut into pieces does not matter', () => {
    const text =
      '\uFEFFretry: 5\r\nevent: a\r\ndata: 1\r\n\r\n: alive\n\ndata: 2\rdata: 3\r\r\n\ndata: 4\n\n';
    const whole = readAll([text]);
    expect(whole.events).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, at) => text.slice(places[at], end));
        expect(readAll(pieces)).toEqual(whole);
      }),
    );
  });

  test.each([
    ['a line without end', ['x'.repeat(10_000), 'x'.repeat(10_000)]],
    ['a line that is too long', [`data: ${'x'.repeat(20_000)}\n\n`]],
    ['an event of too many lines', Array.from({ length: 20 }, () => `data: ${'x'.repeat(4000)}\n`)],
    ['an event of endless empty lines', ['data\n'.repeat(70_000)]],
  ])('%s is refused', (_what, pieces) => {
    expect(() => readAll(pieces)).toThrow(RangeError);
  });
});
