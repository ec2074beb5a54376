/** `doorward keys …`: the signing keys and their rotation. */
import { isSigningAlgorithm, signingAlgorithms } from '../../domain/keys/key.ts';
import { rotateKeys } from '../../domain/keys/rotate-keys.ts';
import { withdrawKeys } from '../../domain/keys/withdraw-keys.ts';
import type { Ports } from '../../domain/ports.ts';
import type { SigningAlgorithm } from '../../domain/settings.ts';
import { time } from '../../http/views.ts';
import { columns } from '../columns.ts';
import {
  type Command,
  CommandRefused,
  flagOption,
  type Invocation,
  type Outcome,
  textOption,
} from './command.ts';
import { withPorts } from './folder.ts';

/** `keys list`: never their private halves. */
export const listKeys: Command = (invocation) => withPorts(invocation, told);

/** `keys rotate`: makes the next key of an algorithm active now, or withdraws them all where one was stolen. */
export const rotateAnyKeys: Command = async (invocation) => {
  const algorithm = algorithmOption(invocation);
  const force = flagOption(invocation, 'force');
  const isStolen = flagOption(invocation, 'stolen');
  return withPorts(invocation, async (ports) => {
    const { store, vault, settings, clock } = ports;
    const life = { store, vault, settings, now: clock.now() };
    if (isStolen) await withdrawKeys(life, { actor: 'operator', algorithm });
    else await rotateKeys(life, { actor: 'operator', force, algorithm });
    return told(ports);
  });
};

function algorithmOption(invocation: Invocation): SigningAlgorithm | undefined {
  const text = textOption(invocation, 'algorithm');
  if (text === undefined || isSigningAlgorithm(text)) return text;
  throw new CommandRefused(`--algorithm must be one of ${signingAlgorithms.join(', ')}.`, 2);
}

async function told({ store }: Ports): Promise<Outcome> {
  const keys = (await store.read.signingKeys.list()).map(
    ({ kid, algorithm, state, createdAt, activeAt, retiredAt }) => ({
      kid,
      algorithm,
      state,
      created_at: time(createdAt),
      active_at: time(activeAt),
      retired_at: time(retiredAt),
    }),
  );
  const rows = keys.map((key) => [
    key.kid,
    key.algorithm,
    key.state,
    `since ${key.retired_at ?? key.active_at ?? key.created_at ?? ''}`,
  ]);
  return { json: { keys }, text: columns(rows) };
}
