/** `doorward sessions …`: who is signed in, and ending it. */
import { endOtherSessions, endOwnSession } from '../../domain/sessions/end-session.ts';
import { sessionView } from '../../http/views.ts';
import { columns } from '../columns.ts';
import { argument, type Command, CommandRefused, textOption } from './command.ts';
import { findAccount, withPorts } from './folder.ts';

const ending = { by: 'operator', reason: 'ended-by-administrator' } as const;

/** `sessions list`: the open sessions of an account, youngest first. */
export const listSessions: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const { id } = await findAccount(ports, argument(invocation, 0));
    const sessions = (await ports.store.read.sessions.listOpen(id)).map(sessionView);
    const rows = sessions.map(
      ({ id: session, carrier, last_seen_at: seen, network, client_name: client }) => [
        session,
        carrier,
        `seen ${seen}`,
        network,
        client,
      ],
    );
    return { json: { sessions }, text: rows.length === 0 ? 'No open sessions.' : columns(rows) };
  });

/** `sessions end`: one by its id, or all of an account. */
export const endSessions: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const sessionId = invocation.args[0];
    const named = textOption(invocation, 'account');
    if ((sessionId === undefined) === (named === undefined))
      throw new CommandRefused('Name a session, or an account with --account.', 2);
    if (named !== undefined) {
      const { id: accountId } = await findAccount(ports, named);
      const ended = await endOtherSessions(ports, { accountId, ending });
      return { json: { ended }, text: `Ended ${ended} ${ended === 1 ? 'session' : 'sessions'}.` };
    }
    const session = await ports.store.read.sessions.find(sessionId ?? '');
    if (!session) throw new CommandRefused(`There is no session "${sessionId}".`);
    if (session.ended) throw new CommandRefused(`The session ended already (${session.ended.reason}).`);
    await endOwnSession(ports, { accountId: session.accountId, sessionId: session.id, ending });
    return { json: { ended: 1 }, text: 'Ended 1 session.' };
  });
