import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';
import {
  type Guess,
  guessCharges,
  sessionCharges,
  signUpCharge,
} from '../../../src/domain/sessions/attempt-budget.ts';
import { domainSettings, loadConfiguration } from '../../../src/program/configuration/configuration.ts';

const settings = domainSettings(loadConfiguration({ flags: {} }).values, 3000);
const vault = createVault(new Secret(new Uint8Array(32).fill(1)));
const ports = { settings, vault };
const guess: Guess = {
  accountId: 'a1',
  identifier: 'ada@example.com',
  network: '192.0.2.1',
  familiar: false,
};
const charged = (more: Partial<Guess>) => {
  const charges = guessCharges(ports, { ...guess, ...more });
  const network = charges.find(({ key }) => key.startsWith('network:'));
  return { network, target: charges.find((charge) => charge !== network) };
};

describe('what a guess is charged to', () => {
  test('the account and the network of the guesser, each with its own budget', () => {
    expect(guessCharges(ports, guess)).toHaveLength(2);
    expect(charged({})).toEqual({
      target: { key: 'account:a1', budget: settings.budgets.account },
      network: { key: 'network:192.0.2.1', budget: settings.budgets.network },
    });
  });

  test('all names of an account share its budget', () => {
    expect(charged({ identifier: 'ada' })).toEqual(charged({ identifier: 'ada@example.com' }));
  });

  test('from a network where the account has signed in, strangers elsewhere cannot use it up', () => {
    const [home, work] = ['192.0.2.1', '192.0.2.2'].map((network) => charged({ familiar: true, network }));
    const keys = [home, work, charged({})].map((one) => one?.target?.key);
    expect(new Set(keys).size).toBe(3);
  });

  test('all addresses of an IPv6 customer are one network', () => {
    const network = (address: string): unknown => charged({ network: address }).network;
    expect(network('2001:db8::1')).toEqual(network('2001:db8:0:0:ffff::9'));
    expect(network('2001:db8:0:1::1')).not.toEqual(network('2001:db8::1'));
    expect(network('::ffff:192.0.2.1')).toEqual(network('192.0.2.1'));
  });

  test('an identifier of nobody has a budget too, and is not kept as it was typed', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), (identifier) => {
        const { key = '' } = charged({ accountId: undefined, identifier }).target ?? {};
        expect(key).toMatch(/^account:nobody:[A-Za-z0-9_-]{22}$/);
        expect(charged({ accountId: undefined, identifier }).target?.key).toBe(key);
      }),
    );
  });
});

test('a session has a budget of its own, wherever it is used', () => {
  const [home, away] = ['192.0.2.1', '198.51.100.1'].map((network) =>
    sessionCharges(ports, { sessionId: 's1', network }).map(({ key }) => key),
  );
  expect(home).toContain('session:s1');
  expect(away).toContain('session:s1');
  expect(home).not.toEqual(away);
});

test('new accounts are charged to their network alone', () => {
  expect(signUpCharge({ settings }, '2001:db8::1').key).toBe(signUpCharge({ settings }, '2001:db8::2').key);
  expect(signUpCharge({ settings }, '192.0.2.1').budget).toBe(settings.budgets.signUp);
});
