/**
 * Compares histories with events (I6): each acknowledged change has exactly one, a change that was not answered has one
 * or none, and there is no event without its change.
 */
import type { EventRecord } from '../../../packages/server/src/domain/event.ts';
import { type Deed, type Done, notAsked } from './deeds.ts';

/** What the events tell otherwise, in words. */
export function auditFaults(history: readonly Done[], events: readonly EventRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { type, accountId, sessionId } of events)
    for (const about of new Set([accountId, sessionId]))
      counts.set(`${type} ${about}`, (counts.get(`${type} ${about}`) ?? 0) + 1);
  const countOf = (type: string, about: string | undefined): number => counts.get(`${type} ${about}`) ?? 0;
  return [
    ...changesOf(history).flatMap(({ type, about, sure, unsure }) => {
      const count = countOf(type, about);
      return count >= sure && count <= sure + unsure
        ? []
        : [`${type} of ${about}: ${count} events for ${sure} changes and ${unsure} without an answer`];
    }),
    ...events.flatMap(({ type, sessionId }) =>
      type === 'session.ended' && countOf(type, sessionId) > 1 ? [`session ${sessionId} ended twice`] : [],
    ),
  ];
}

interface Changes {
  readonly type: string;
  readonly about: string;
  readonly sure: number;
  readonly unsure: number;
}

function changesOf(history: readonly Done[]): Changes[] {
  const accounts = new Map(
    history.flatMap(({ deed, told }) =>
      deed.does === 'sign-up' && told?.account !== undefined ? [[deed.email, told.account] as const] : [],
    ),
  );
  const count = (type: string, about: string, isOf: (deed: Deed) => boolean): Changes => {
    const own = history.filter(({ deed }) => isOf(deed));
    return {
      type,
      about,
      sure: own.filter(({ told }) => told && told.status !== notAsked && told.status < 300).length,
      unsure: own.filter(({ told }) => told === undefined || told.status === 503).length,
    };
  };
  return [...accounts].flatMap(([email, account]) => [
    count('account.created', account, (deed) => deed.does === 'sign-up' && deed.email === email),
    count('password.changed', account, (deed) => deed.does === 'change' && deed.email === email),
  ]);
}
