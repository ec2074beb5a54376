/** Who shops here: signing up, signing in, and showing the token. */
import { networkOf, Refused, refusing, wireOf } from '@doorward/examples-kit';
import type { Account, Doorward, SessionCarrier } from 'doorward';
import type { Context } from 'hono';
import { parseBasic } from './basic.ts';

/** What customers do. Each refuses in the words of the shop. */
export interface Customers {
  signUp(email: string, password: string): Promise<Account>;
  /** A token for the e-mail address and password in the header. Refuses with 401. */
  signIn(c: Context): Promise<string | undefined>;
  /** The caller's account. Nobody has said who calls: 401. Somebody has, and it does not hold: 403. */
  authenticate(c: Context): Promise<Account>;
}

/** Seconds that a token lives. */
const day = 86_400;

/** The customers of a shop are accounts of Doorward, and their tokens are its sessions. */
export function customers(doorward: Doorward, carrier: SessionCarrier): Customers {
  return {
    signUp: (email, password) => doorward.accounts.create({ email, password }),
    signIn: async (c) => {
      const refused = new Refused(401, 'Wrong e-mail address or password', {
        'www-authenticate': 'Basic realm="cupcakes", charset="UTF-8"',
      });
      const claim = parseBasic(c.req.header('authorization'));
      if (!claim) throw refused;
      // Doorward takes as long for an address that it does not know as for a wrong password.
      const { delivery } = await doorward.sessions
        .create({ ...claim, carrier, network: networkOf(c), clientName: 'a customer', lifeSeconds: day })
        .catch(refusing(['sign_in_refused', 'password_malformed', 'password_too_long'], refused));
      return delivery.tokens?.access_token;
    },
    authenticate: async (c) => {
      const wire = wireOf(c);
      if (carrier.find(wire) === undefined)
        throw new Refused(401, 'Sign in first', { 'www-authenticate': 'Bearer realm="cupcakes"' });
      const refused = new Refused(403, 'Invalid token');
      const { accountId } = await doorward
        .authenticate(wire, [carrier.name])
        .catch(refusing(['credentials_invalid'], refused));
      const account = await doorward.accounts.find(accountId);
      if (!account) throw refused;
      return account;
    },
  };
}
