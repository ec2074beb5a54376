/** What Patroni says of the pair, and what it is asked to do. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Layout, Node } from './layout.ts';
import { programAt } from './packages.ts';
import { until } from './until.ts';

/** A node as Patroni sees it. */
export interface Member {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  /** Bytes that it is behind the primary. */
  readonly lag?: number | string;
}

/** All nodes, as one that answers knows them; none when nobody does. */
export async function membersOf({ nodes }: Layout): Promise<readonly Member[]> {
  for (const { rest } of nodes) {
    const answer = await askOf(rest, '/cluster');
    if (!answer?.ok) continue;
    return ((await answer.json()) as { members: readonly Member[] }).members;
  }
  return [];
}

const askOf = (rest: number, path: string): Promise<Response | undefined> =>
  fetch(`http://127.0.0.1:${rest}${path}`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);

/** The node that says of itself that it is the primary; undefined when none does. */
export async function primaryOf({ nodes }: Layout): Promise<Node | undefined> {
  for (const node of nodes) if ((await askOf(node.rest, '/primary'))?.status === 200) return node;
  return undefined;
}

/** The other one. */
export const otherThan = ({ nodes }: Layout, name: string): Node =>
  nodes[0].name === name ? nodes[1] : nodes[0];

/** Waits until a node is the primary, and the other one follows it as it should. Throws when that takes two minutes. */
export async function settled(
  layout: Layout,
  isPrimary: (node: Node) => boolean = () => true,
): Promise<Node> {
  const primary = await until(async () => {
    const node = await primaryOf(layout);
    if (!node || !isPrimary(node)) return undefined;
    return (await isFollowed(layout, node)) ? node : undefined;
  }, 120_000);
  if (primary) return primary;
  throw new Error(`The pair did not settle; the logs are in ${layout.folder}.`);
}

/** Whether the standby streams from this primary, synchronously where it should. */
async function isFollowed(layout: Layout, primary: Node): Promise<boolean> {
  const standby = otherThan(layout, primary.name);
  if (layout.synchronous) return (await askOf(standby.rest, '/synchronous'))?.status === 200;
  const answer = await askOf(primary.rest, '/patroni');
  if (!answer?.ok) return false;
  const { replication = [] } = (await answer.json()) as {
    replication?: readonly { application_name: string; state: string }[];
  };
  return replication.some(
    ({ application_name: name, state }) => name === standby.name && state === 'streaming',
  );
}

/** Lets the pair change places, with nobody harmed. */
export async function switchOver(layout: Layout): Promise<void> {
  const { name } = await settled(layout);
  const standby = otherThan(layout, name);
  const program = programAt('patronictl') ?? 'patronictl';
  const asked = ['-c', join(layout.folder, 'one.yml'), 'switchover', '--force'];
  await promisify(execFile)(program, [...asked, '--leader', name, '--candidate', standby.name]);
}
