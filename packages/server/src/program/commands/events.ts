/** `doorward events …`: what happened, and the proof that nobody has changed the record. */
import { verifyEvents } from '../../domain/admin/verify-events.ts';
import { columns } from '../columns.ts';
import { type Command, numberOption, textOption } from './command.ts';
import { findAccount, withPorts } from './folder.ts';

/** `events list`: oldest first, after `--after`. */
export const listEvents: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    const limit = numberOption(invocation, 'limit', { fallback: 100, least: 1, most: 10_000 });
    const after = numberOption(invocation, 'after', { fallback: 0, least: 0, most: Number.MAX_SAFE_INTEGER });
    const named = textOption(invocation, 'account');
    const records = await ports.store.read.events.list({
      after,
      limit,
      type: textOption(invocation, 'type'),
      // The events of a deleted account stay under its id.
      accountId: named && (await findAccount(ports, named).catch(() => ({ id: named }))).id,
    });
    const events = records.map(({ seq, at, type, accountId, sessionId, actor, network, data, hash }) => ({
      seq,
      at: new Date(at).toISOString(),
      type,
      account_id: accountId || null,
      session_id: sessionId || null,
      actor,
      network: network || null,
      data: JSON.parse(data) as unknown,
      hash,
    }));
    const rows = records.map(({ seq, at, type, accountId, actor, network, data }) => [
      String(seq),
      new Date(at).toISOString(),
      type,
      accountId || '-',
      `by ${actor}`,
      network || '-',
      data === '{}' ? '' : data,
    ]);
    const last = records.at(-1)?.seq ?? after;
    const more = records.length === limit ? `\nMore: --after ${last}` : '';
    return { json: { events, last }, text: rows.length === 0 ? 'No events.' : columns(rows) + more };
  });

/** `events verify`: walks the whole chain; a broken one is a negative finding. */
export const verifyAllEvents: Command = (invocation) =>
  withPorts(invocation, async ({ store }) => {
    const { intact, events, fault } = await verifyEvents(store.read);
    return {
      code: intact ? 0 : 1,
      json: { intact, events, ...(fault && { fault }) },
      text: intact
        ? `The chain is intact: ${events} events.`
        : `The chain is broken at event ${fault?.seq}: ${fault?.what}. Events before it are as they were written.`,
    };
  });
