/** `doorward upgrade`: brings the schema up to date, as every start does; `--rehearse` tries it on a copy and changes nothing. */
import { systemClock } from '../../base/clock.ts';
import { openStore, rehearse } from '../open-store.ts';
import { type Command, flagOption } from './command.ts';
import { requireDatabase } from './folder.ts';

/** Upgrades or rehearses. Throws CommandRefused where there is no database, and SchemaRefused. */
export const upgrade: Command = async (invocation) => {
  const { values } = invocation.loaded;
  requireDatabase(values);
  if (!flagOption(invocation, 'rehearse')) {
    await (await openStore(values, { clock: systemClock })).close();
    return { json: { up_to_date: true }, text: 'The schema is up to date.' };
  }
  const { steps, milliseconds, locks } = await rehearse(values, systemClock.now());
  const json = { steps, milliseconds: Math.ceil(milliseconds), locks };
  if (steps.length === 0)
    return { json, text: 'Nothing is to be done: the schema is up to date for this program.' };
  return {
    json,
    text: [
      `${steps.length} to come: ${steps.join(', ')}.`,
      `They took ${Math.ceil(milliseconds)} ms on a copy. Meanwhile:`,
      ...(locks.length === 0 ? ['nobody waits'] : locks).map((line) => `  ${line}`),
      'Nothing was changed.',
    ].join('\n'),
  };
};
