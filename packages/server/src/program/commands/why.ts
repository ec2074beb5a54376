/** `doorward why <id>`: opens the decision id of a refusal and tells the exact check that failed. */
import { type Decision, openDecision } from '../../domain/admin/decision.ts';
import type { Ports } from '../../domain/ports.ts';
import { columns } from '../columns.ts';
import { decisionWords } from '../logs/decision-words.ts';
import { argument, type Command, CommandRefused } from './command.ts';
import { withPorts } from './folder.ts';

/** Explains a refusal. Throws CommandRefused for an id that this server did not make. */
export const explain: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const decision = openDecision(ports.vault, argument(invocation, 0).trim());
    if (!decision)
      throw new CommandRefused(
        'This is no decision id of this server: it is cut, changed, or was made under another master key.',
      );
    const { told, reason } = decisionWords(decision);
    const paths = adminPaths(decision);
    const now = await stateNow(ports, decision);
    const { requestId, ...rest } = decision;
    const rows = [
      ['told', `${decision.code}: ${told}`],
      ['when', decision.at],
      ['what', `${decision.method} ${decision.path}`],
      ['from', decision.network],
      ['request', requestId],
      ...Object.entries(decision.detail).map(([name, value]) => [name, String(value)]),
      ...(now === undefined ? [] : [['now', now]]),
      ...Object.entries(paths).map(([name, path]) => [`see ${name}`, path]),
    ];
    return {
      json: {
        reason,
        told,
        ...rest,
        request_id: requestId,
        ...(now === undefined ? {} : { now }),
        links: paths,
      },
      text: `${reason}\n\n${columns(rows)}`,
    };
  });

/** Where an administrator finds more, over HTTP. */
function adminPaths({ detail }: Decision): Record<string, string> {
  const { account } = detail;
  if (account === undefined) return {};
  const home = `/api/v1/admin/accounts/${String(account)}`;
  return {
    account: home,
    sessions: `${home}/sessions`,
    events: `/api/v1/admin/events?account=${String(account)}`,
  };
}

/** What has become of the session since; undefined when the decision names none. */
async function stateNow({ store, clock }: Ports, { detail }: Decision): Promise<string | undefined> {
  const { session: id } = detail;
  if (typeof id !== 'string') return undefined;
  const session = await store.read.sessions.find(id);
  if (!session) return 'The session is gone from the store.';
  const { ended, expiresAt } = session;
  if (ended) return `The session ended at ${iso(ended.at)} by ${ended.by} (${ended.reason}).`;
  return expiresAt <= clock.now() ? `The session expired at ${iso(expiresAt)}.` : 'The session is open.';
}

const iso = (time: number): string => new Date(time).toISOString();
