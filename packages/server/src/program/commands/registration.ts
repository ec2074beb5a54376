/** `doorward clients …-registration`: who may register clients while the setting `registration` is `token`. */
import { offerRegistration, withdrawRegistration } from '../../domain/clients/offer-registration.ts';
import { columns } from '../columns.ts';
import { operator } from '../verbs.ts';
import { argument, type Command, numberOption } from './command.ts';
import { withPorts } from './folder.ts';

const day = 86_400;

/** `clients offer-registration`. */
export const offerAnyRegistration: Command = (invocation) => {
  const uses = numberOption(invocation, 'uses', { fallback: 1, least: 1, most: 10_000 });
  const expiresIn = numberOption(invocation, 'expiresIn', { fallback: day, least: 60, most: 400 * day });
  return withPorts(
    invocation,
    async (ports) => {
      const { id, text } = await offerRegistration(ports, operator, { uses, expiresIn });
      const told = { id, registration_token: text, uses, expires_in: expiresIn };
      const facts = columns(Object.entries(told).map(([name, value]) => [name, String(value)]));
      return { json: told, text: `${facts}\nThe token is not shown again.` };
    },
    { make: true },
  );
};

/** `clients withdraw-registration`. */
export const withdrawAnyRegistration: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const id = argument(invocation, 0);
    await withdrawRegistration(ports, operator, id);
    return { json: { withdrawn: id }, text: `Withdrew ${id}.` };
  });
