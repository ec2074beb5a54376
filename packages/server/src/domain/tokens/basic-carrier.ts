/**
 * HTTP Basic as a carrier (RFC 7617): a sign-in without a session, each request anew, under the same budgets as any
 * other guess.
 */
import { parseAuthorization } from '../../protocol/authorization-header.ts';
import { asksMore, standingOf } from '../factors/demand.ts';
import { fail } from '../failures.ts';
import { provePassword } from '../sessions/prove-password.ts';
import type { Carrier } from './carrier.ts';

/** Accepts identifier and password with every request. */
export const basicCarrier: Carrier = {
  name: 'basic',
  ambient: true,
  find: (wire) => {
    const header = wire.header('authorization');
    return parseAuthorization(header)?.scheme === 'basic' ? header : undefined;
  },
  check: async (ports, value, wire) => {
    const authorization = parseAuthorization(value);
    if (authorization?.scheme !== 'basic') return { refused: { check: 'header-malformed' } };
    const { identifier, password } = authorization;
    const { account } = await provePassword(ports, { identifier, password, network: wire.network });
    // A request has no second step: an account that asks for more than a password is open to programs by API key.
    const standing = await standingOf(ports.store.read, account);
    const check = { check: 'basic-without-factor', account: account.id };
    if (asksMore(standing)) throw fail('second_factor_required', { detail: check });
    return {
      accountId: account.id,
      accountName: account.name,
      roles: account.roles,
      session: undefined,
      scopes: undefined,
      provenAt: ports.clock.now(),
      amr: 'pwd',
    };
  },
};
