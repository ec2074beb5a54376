/** `doorward clients …`: the operator's hand on clients. A secret is printed once, when it is made. */

import type { Client } from '../../domain/clients/client.ts';
import { changedDraft } from '../../domain/clients/client-draft.ts';
import { longestOverlap, overlapSeconds, rotateSecret } from '../../domain/clients/client-secrets.ts';
import {
  changeClient,
  createClient,
  deleteClient,
  type GivenClient,
} from '../../domain/clients/govern-clients.ts';
import type { Ports } from '../../domain/ports.ts';
import { clientSecretView, clientView, issuedSecretView } from '../../http/clients/client-view.ts';
import { columns } from '../columns.ts';
import { operator } from '../verbs.ts';
import { saidOfClient } from './client-options.ts';
import {
  argument,
  type Command,
  CommandRefused,
  type Invocation,
  numberOption,
  type Outcome,
  textOption,
} from './command.ts';
import { withPorts } from './folder.ts';

/** `clients create`. */
export const createAnyClient: Command = (invocation) =>
  withPorts(
    invocation,
    async (ports) => told(await createClient(ports, operator, changedDraft({}, saidOfClient(invocation)))),
    { make: true },
  );

/** `clients list`: by order of birth, a page at a time. */
export const listClients: Command = (invocation) =>
  withPorts(invocation, async ({ store }) => {
    const limit = numberOption(invocation, 'limit', { fallback: 100, least: 1, most: 10_000 });
    const clients = await store.read.clients.list({ after: textOption(invocation, 'after'), limit });
    const next = clients.length === limit ? (clients.at(-1)?.id ?? null) : null;
    const rows = clients.map(({ id, status, madeBy, authentication, name }) => [
      id,
      status,
      madeBy,
      authentication,
      name,
    ]);
    const more = next === null ? '' : `\nMore: --after ${next}`;
    return {
      json: { clients: clients.map(clientView), next },
      text: clients.length === 0 ? 'No clients.' : columns(rows) + more,
    };
  });

/** `clients show`: with its secrets, of which only their times are known. */
export const showClient: Command = (invocation) =>
  withPorts(invocation, async ({ store }) => {
    const client = await store.read.clients.find(argument(invocation, 0));
    if (!client) throw new CommandRefused(`There is no client "${argument(invocation, 0)}".`);
    const secrets = (await store.read.clientSecrets.list(client.id)).map(clientSecretView);
    const rows = secrets.map(({ id, created_at: made, expires_at: ends }) => [
      'secret',
      `${id} since ${made}${ends === null ? '' : ` until ${ends}`}`,
    ]);
    return {
      json: { client: clientView(client), secrets },
      text: columns([...facts(client), ...rows]),
    };
  });

/** `clients change`: what is not named stays. */
export const changeAnyClient: Command = (invocation) =>
  change(invocation, async (ports, clientId) =>
    told(await changeClient(ports, operator, { clientId, change: saidOfClient(invocation) })),
  );

/** `clients disable`: from now on it gets and opens nothing. */
export const disableClient: Command = (invocation) => setStatus(invocation, 'disabled');

/** `clients enable`. */
export const enableClient: Command = (invocation) => setStatus(invocation, 'active');

const setStatus = (invocation: Invocation, status: Client['status']): Promise<Outcome> =>
  change(invocation, async (ports, clientId) =>
    told(await changeClient(ports, operator, { clientId, change: { status } })),
  );

/** `clients rotate-secret`: the one before goes on for a while, so that nobody stands outside. */
export const rotateClientSecret: Command = (invocation) => {
  const overlap = numberOption(invocation, 'overlap', {
    fallback: overlapSeconds,
    least: 0,
    most: longestOverlap,
  });
  return change(invocation, async (ports, clientId) => {
    const secret = issuedSecretView(await rotateSecret(ports, operator, { clientId, overlap }));
    return {
      json: { ...secret, prior_expires_in: overlap },
      text: `${columns(Object.entries(secret))}\n${shownOnce}\nThe secret before it works for ${overlap} s more.`,
    };
  });
};

/** `clients delete`: with its secrets, the consents it was given and all its tokens. */
export const deleteAnyClient: Command = (invocation) =>
  change(invocation, async (ports, clientId) => {
    await deleteClient(ports, operator, clientId);
    return { json: { deleted: clientId }, text: `Deleted ${clientId}.` };
  });

/** On a client that is there. */
const change = (
  invocation: Invocation,
  work: (ports: Ports, clientId: string) => Promise<Outcome>,
): Promise<Outcome> =>
  withPorts(invocation, async (ports) => {
    const clientId = argument(invocation, 0);
    if (!(await ports.store.read.clients.find(clientId)))
      throw new CommandRefused(`There is no client "${clientId}".`);
    return work(ports, clientId);
  });

const shownOnce = 'The secret is not shown again.';

function told({ client, secret }: GivenClient): Outcome {
  const shown = secret && issuedSecretView(secret);
  return {
    json: { client: clientView(client), ...shown },
    text: columns([...facts(client), ...Object.entries(shown ?? {})]) + (shown ? `\n${shownOnce}` : ''),
  };
}

const facts = (client: Client): [string, string][] =>
  Object.entries(clientView(client))
    .map(([name, value]): [string, string] => [name, cell(value)])
    .filter(([, text]) => text !== '');

function cell(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
