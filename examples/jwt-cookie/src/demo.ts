/**
 * The demonstration account. Everybody knows its password, so it exists only while DEMO=1 asks for it.
 */
import { CannotStart } from '@doorward/examples-kit';
import { type Doorward, Failure } from 'doorward';

const demo = {
  username: 'demo',
  name: 'demo',
  // Nobody can have an address of this domain (RFC 6761): by it the account is found again.
  email: 'demo@jwt-cookie.invalid',
  password: '123456',
};

/**
 * Makes the account, or removes what an earlier start left of it. Returns a hint for the login page. Throws `CannotStart`
 * when its name is taken.
 */
export async function keepDemoAccount({ accounts }: Doorward, wanted: boolean): Promise<string | undefined> {
  const [account] = await accounts.search({ text: demo.email, limit: 1 });
  if (account && !wanted) await accounts.delete(account.id);
  if (!account && wanted)
    await accounts.create({ ...demo, dangerouslyTakeAnyPassword: true }).catch(nameTaken);
  if (!wanted) return undefined;
  console.warn('Warning: DEMO=1. Everybody can log in as demo with the password 123456.');
  return 'This is a demonstration: log in as demo with the password 123456.';
}

function nameTaken(thrown: unknown): never {
  if (!(thrown instanceof Failure && thrown.code === 'identifier_taken')) throw thrown;
  throw new CannotStart('DEMO=1 makes an account named demo, but somebody has that name already.');
}
