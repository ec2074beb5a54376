import { Secret } from '../../base/secret.ts';
import { addressIn } from '../configuration/database-address.ts';
import { CommandRefused, flagOption, type Invocation, textOption } from './command.ts';

/**
 * The address of a database on Postgres that an option names, with the password that --password-stdin hands over; undefined when
 * it is not given. Throws CommandRefused.
 */
export async function databaseOption(invocation: Invocation, name: string): Promise<Secret | undefined> {
  const place = textOption(invocation, name);
  if (place === undefined) return undefined;
  const url = URL.parse(place);
  if (url && flagOption(invocation, 'passwordStdin'))
    url.password = encodeURIComponent(await invocation.secret(`Password for --${name}`, { piped: true }));
  const databaseUrl = new Secret(url?.href ?? place);
  try {
    addressIn(databaseUrl);
  } catch (thrown) {
    throw new CommandRefused(`--${name} ${thrown instanceof Error ? thrown.message : String(thrown)}.`, 2);
  }
  return databaseUrl;
}
