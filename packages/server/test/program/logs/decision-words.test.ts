import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decisionWords } from '../../../src/program/logs/decision-words.ts';

const src = fileURLToPath(new URL('../../../src', import.meta.url));

/** Every check that the sources can name. */
const checks = new Set(
  ['domain', 'protocol', 'http']
    .flatMap((floor) =>
      readdirSync(join(src, floor), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(src, floor, name),
      ),
    )
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bcheck: ((?:'[a-z-]+'(?: \| )?)+)/g)])
    .flatMap(([, names = '']) => names.split(' | '))
    .map((name) => name.replaceAll("'", '')),
);

const decision = {
  at: '',
  code: 'credentials_invalid',
  method: 'GET',
  path: '/',
  network: '',
  requestId: '',
};

test('every check that can fail has its sentence', () => {
  expect(checks.size).toBeGreaterThan(25);
  const silent = [...checks].filter((check) =>
    decisionWords({ ...decision, detail: { check } }).reason.startsWith('The check "'),
  );
  expect(silent).toEqual([]);
});

test('the words carry the particulars', () => {
  const reason = (detail: Record<string, string | number>) => decisionWords({ ...decision, detail }).reason;
  expect(reason({ check: 'expired', late_by_seconds: 3 })).toBe('It had expired 3 s before.');
  expect(reason({ check: 'session-ended', ended_at: 'T', ended_by: 'ada', reason: 'sign-out' })).toBe(
    'The session was ended at T by ada (sign-out).',
  );
  expect(reason({ check: 'budget', budget: 'network:192.0.2.1', until: 'T' })).toContain('network:192.0.2.1');
});

test('a check of a newer server is shown as it stands', () => {
  expect(decisionWords({ ...decision, detail: { check: 'moon-phase' } }).reason).toBe(
    'The check "moon-phase" failed.',
  );
  expect(decisionWords({ ...decision, code: 'not_known', detail: {} })).toEqual({
    told: 'not_known',
    reason: 'not_known',
  });
});
