import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Session, sessionFault } from '../../../src/domain/sessions/session.ts';

const start = Date.UTC(2031, 0, 1);
const settings = { sessionIdleSeconds: 600 };
const session: Session & { accountStatus: string } = {
  id: 's',
  accountId: 'a',
  carrier: 'cookie',
  provenAt: start,
  amr: 'pwd',
  createdAt: start,
  seenAt: start,
  expiresAt: start + 3_600_000,
  network: '192.0.2.1',
  clientName: '',
  ended: undefined,
  accountStatus: 'active',
};

test('it lives until its idle end, to the millisecond', () => {
  expect(sessionFault(session, settings, start)).toBeUndefined();
  expect(sessionFault(session, settings, start + 599_999)).toBeUndefined();
  expect(sessionFault(session, settings, start + 600_000)).toMatchObject({
    check: 'session-idle',
    late_by_seconds: 0,
    idle_since: '2031-01-01T00:00:00.000Z',
  });
});

test('it dies at its absolute end, however busy it is', () => {
  const busy = { ...session, seenAt: start + 3_599_999 };
  expect(sessionFault(busy, settings, start + 3_599_999)).toBeUndefined();
  expect(sessionFault(busy, settings, start + 3_602_000)).toMatchObject({
    check: 'session-expired',
    late_by_seconds: 2,
    expired_at: '2031-01-01T01:00:00.000Z',
  });
});

test('that it was ended is told before anything else', () => {
  const ended = { at: start, by: 'x', reason: 'sign-out' } as const;
  const fault = sessionFault({ ...session, ended, accountStatus: 'disabled' }, settings, start + 9e9);
  expect(fault).toEqual({
    check: 'session-ended',
    ended_at: '2031-01-01T00:00:00.000Z',
    ended_by: 'x',
    reason: 'sign-out',
  });
});

test('a session of an account that is not active is none', () => {
  expect(sessionFault({ ...session, accountStatus: 'disabled' }, settings, start)).toMatchObject({
    check: 'account-disabled',
  });
});

test('CLK-01: no order of times makes a session immortal', () => {
  const time = fc.integer({ min: start - 1e10, max: start + 1e10 });
  fc.assert(
    fc.property(time, time, time, (seenAt, expiresAt, now) => {
      const fault = sessionFault({ ...session, seenAt, expiresAt }, settings, now);
      const isOver = now >= expiresAt || now >= seenAt + 600_000;
      expect(fault !== undefined).toBe(isOver);
    }),
  );
});
