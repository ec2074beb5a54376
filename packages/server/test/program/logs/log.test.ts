import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { manualClock } from '../../../src/base/clock.ts';
import { fail } from '../../../src/domain/failures.ts';
import type { Seen } from '../../../src/http/route.ts';
import { createLog, type LogLevel } from '../../../src/program/logs/log.ts';

const seen: Seen = {
  requestId: 'a-1',
  method: 'POST',
  route: '/api/v1/sessions',
  status: 201,
  duration: 1.234,
  network: '203.0.113.7',
  thrown: undefined,
};

function logged(level: LogLevel = 'info') {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      text += line;
      done();
    },
  });
  const log = createLog({ level, clock: manualClock(0), worker: undefined, stream });
  const lines = (): Record<string, unknown>[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, text: () => text, lines };
}

test('a change is one line with the request id, the route and the time it took', () => {
  const { log, lines } = logged();
  log.observe(seen);
  expect(lines()).toEqual([
    {
      level: 'info',
      time: '1970-01-01T00:00:00.000Z',
      pid: process.pid,
      request_id: 'a-1',
      method: 'POST',
      route: '/api/v1/sessions',
      status: 201,
      ms: 1.2,
      network: '203.0.113.7',
      msg: 'replied',
    },
  ]);
});

test('reads that succeed are for debug, refusals and changes for info', () => {
  const read = { ...seen, method: 'GET', status: 200 };
  const { log, lines } = logged();
  log.observe(read);
  expect(lines()).toEqual([]);
  log.observe({ ...read, status: 404, thrown: fail('not_found') });
  expect(lines()).toMatchObject([{ level: 'info', code: 'not_found' }]);
  const debug = logged('debug');
  debug.log.observe(read);
  expect(debug.lines()).toMatchObject([{ level: 'debug', status: 200 }]);
});

test('a refusal says its code and detail; a breakage says its stack, once', () => {
  const { log, lines } = logged();
  log.observe({
    ...seen,
    status: 401,
    thrown: fail('credentials_invalid', { detail: { check: 'signature' } }),
  });
  const thrown = new Error('the disk is gone');
  log.observe({ ...seen, status: 500, thrown });
  log.report(thrown);
  log.report(new Error('beside a request'));
  expect(lines()).toMatchObject([
    { level: 'info', code: 'credentials_invalid', check: 'signature' },
    { level: 'error', code: 'internal', stack: expect.stringContaining('the disk is gone') },
    { level: 'error', msg: 'something broke', stack: expect.stringContaining('beside a request') },
  ]);
});

test.each([
  ['line breaks', 'a\r\nlevel=error b'],
  ['terminal commands', '\u001b[31mred\u009b1m'],
  ['quotes and backslashes', '"}{"\\'],
  ['line separators', 'a\u2028b\u2029c'],
  ['half a surrogate', 'a\ud800b'],
  ['letters that turn others round', 'a\u202eb'],
  ['a megabyte', 'x'.repeat(1 << 20)],
])('LOG-02: %s make one short line of valid JSON', (_what, text) => {
  const { log, text: written } = logged();
  const detail = { check: 'origin', origin: text };
  log.observe({
    ...seen,
    method: text,
    network: text,
    status: 403,
    thrown: fail('origin_refused', { detail }),
  });
  const line = written();
  expect(line.endsWith('\n')).toBe(true);
  expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
  expect(line.length).toBeLessThan(2000);
  expect(JSON.parse(line)).toMatchObject({ code: 'origin_refused' });
});

test('LOG-06: when nobody reads, lines are dropped instead of kept, and their number is told later', () => {
  const held: (() => void)[] = [];
  const written: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      written.push(line);
      held.push(done);
    },
  });
  const log = createLog({ level: 'info', clock: manualClock(0), worker: undefined, stream });
  for (let count = 0; count < 20_000; count += 1) log.observe(seen);
  expect(stream.writableLength).toBeLessThan(1_100_000);
  for (let done = held.shift(); done; done = held.shift()) done();
  while (stream.writableLength > 0) for (let done = held.shift(); done; done = held.shift()) done();
  log.observe(seen);
  for (let done = held.shift(); done; done = held.shift()) done();
  const dropped = written
    .map((line) => JSON.parse(line) as { dropped?: number })
    .find((line) => line.dropped);
  expect((dropped?.dropped ?? 0) + written.length - 2).toBe(20_000);
});

test('LOG-06: a stream that fails does not fail the server', () => {
  const stream = new Writable({ write: (_line, _encoding, done) => done(new Error('no space')) });
  const log = createLog({ level: 'info', clock: manualClock(0), worker: undefined, stream });
  expect(() => log.observe(seen)).not.toThrow();
});
