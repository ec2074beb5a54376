/** `doorward keys …`: the signing keys and their rotation. */
import { rotateKeys } from '../../domain/keys/rotate-keys.ts';
import type { Ports } from '../../domain/ports.ts';
import { time } from '../../http/views.ts';
import { columns } from '../columns.ts';
import { type Command, flagOption, type Outcome } from './command.ts';
import { withPorts } from './folder.ts';

/** `keys list`: never their private halves. */
export const listKeys: Command = (invocation) => withPorts(invocation, told);

/** `keys rotate`: makes the next key active now. */
export const rotateAllKeys: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const { store, vault, settings, clock } = ports;
    const life = { store, vault, settings, now: clock.now() };
    await rotateKeys(life, { actor: 'operator', force: flagOption(invocation, 'force') });
    return told(ports);
  });

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
