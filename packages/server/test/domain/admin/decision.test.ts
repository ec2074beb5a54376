import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { type Decision, openDecision, sealDecision } from '../../../src/domain/admin/decision.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';

const vault = createVault(new Secret(randomBytes(32)));

const decision: Decision = {
  at: '2031-04-06T07:08:09.000Z',
  code: 'sign_in_refused',
  method: 'POST',
  path: '/api/v1/sessions',
  network: '192.0.2.1',
  requestId: '0a1b2c3d-7',
  detail: {
    check: 'password',
    account: '01890a5d-ac96-774b-bcce-b302099a8057',
    late_by_seconds: 3,
    live: true,
  },
};

describe('a sealed decision', () => {
  test('opens to what was sealed', () => {
    expect(openDecision(vault, sealDecision(vault, decision))).toEqual(decision);
  });

  test('says nothing to whoever only holds it: neither words nor the same letters twice', () => {
    const id = sealDecision(vault, decision);
    expect(id).toMatch(/^dw_why_[A-Za-z0-9_-]+$/);
    const bytes = Buffer.from(id.slice('dw_why_'.length), 'base64url').toString('latin1');
    for (const word of ['password', 'sign_in_refused', '192.0.2.1']) expect(bytes).not.toContain(word);
    expect(sealDecision(vault, decision)).not.toBe(id);
  });

  test('ENU-01: is as long for an account that is there as for one that is not', () => {
    const lengths = [
      { check: 'identifier' },
      { check: 'password', account: '01890a5d-ac96-774b-bcce-b302099a8057' },
      { check: 'password-changed-meanwhile', account: '01890a5d-ac96-774b-bcce-b302099a8057' },
      { check: 'budget', budget: 'account:nobody:abcdefghijklmnopqrstuv', until: '2031-04-06T07:08:09.000Z' },
    ].flatMap((detail) =>
      ['192.0.2.1', '2001:db8:1234:5678:9abc:def0:1234:5678'].map(
        (network) => sealDecision(vault, { ...decision, network, detail }).length,
      ),
    );
    expect(new Set(lengths)).toEqual(new Set([727]));
  });

  test('a member without a value is left out, a long text is cut', () => {
    const id = sealDecision(vault, {
      ...decision,
      path: `/${'p'.repeat(500)}`,
      detail: { origin: 'o'.repeat(5000), nothing: undefined },
    });
    expect(id.length).toBeLessThan(1500);
    const opened = openDecision(vault, id);
    expect(opened?.path).toHaveLength(120);
    expect(opened?.detail).toEqual({ origin: 'o'.repeat(120) });
  });

  test('letters beyond ASCII come back whole', () => {
    const detail = { origin: 'https://b\u00FCcher.example/\u{1F511}' };
    expect(openDecision(vault, sealDecision(vault, { ...decision, detail }))?.detail).toEqual(detail);
  });
});

describe('what this server did not seal does not open', () => {
  const id = sealDecision(vault, decision);

  test.each([
    ['nothing', ''],
    ['the prefix alone', 'dw_why_'],
    ['another prefix', id.replace('dw_why_', 'dw_at_')],
    ['a letter less', id.slice(0, -1)],
    ['a letter more', `${id}A`],
    ['a padded spelling', `${id}=`],
    ['a changed letter', `${id.slice(0, 100)}${id[100] === 'A' ? 'B' : 'A'}${id.slice(101)}`],
    ['too few bytes', 'dw_why_AAAA'],
    ['a decision of another server', sealDecision(createVault(new Secret(randomBytes(32))), decision)],
    [
      'bytes sealed here for another purpose',
      `dw_why_${Buffer.from(vault.seal('signing key', Buffer.from('{}'), '')).toString('base64url')}`,
    ],
  ])('%s', (_what, text) => {
    expect(openDecision(vault, text)).toBeUndefined();
  });
});
