import * as v from 'valibot';
import { endOtherSessions, endOwnSession } from '../../domain/sessions/end-session.ts';
import { type Session, sessionFault } from '../../domain/sessions/session.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { uuid } from '../input.ts';
import type { SessionCall } from '../route.ts';
import { centreRoute, type Draw, doneAt, formRoute } from './centre.ts';

const path = centrePaths.sessions;

/** The sessions of an account that would be accepted now, youngest first. */
export async function liveSessions({
  ports,
  session: { accountId },
}: Pick<SessionCall, 'ports' | 'session'>): Promise<Session[]> {
  const now = ports.clock.now();
  const open = await ports.store.read.sessions.listOpen(accountId);
  return open.filter((one) => !sessionFault({ ...one, accountStatus: 'active' }, ports.settings, now));
}

const draw: Draw = async (call, centre) => {
  const shown = (await liveSessions(call)).map((one) => ({
    ...one,
    isBrowser: one.carrier.endsWith('cookie'),
    isCurrent: one.id === call.session.id,
  }));
  const { sessionsPage } = await import('../../pages/account/sessions.ts');
  return sessionsPage(centre, [
    ...shown.filter(({ isCurrent }) => isCurrent),
    ...shown.filter(({ isCurrent }) => !isCurrent),
  ]);
};

/** `GET /account/sessions`: the devices. */
export const sessionsPageRoute = centreRoute({ path, summary: 'Where you are signed in.' }, draw);

/** `POST /account/sessions/end`: signs one of them out. */
export const endDeviceFormRoute = formRoute(
  {
    path: `${path}/end`,
    formOf: path,
    summary: 'Sign one of your devices out.',
    body: v.strictObject({ session: uuid }),
    failures: ['not_found'],
  },
  {
    act: async ({ ports, session: { accountId }, body, network }) => {
      const ending = { by: accountId, reason: 'ended-by-owner', network } as const;
      await endOwnSession(ports, { accountId, sessionId: body.session, ending });
      return doneAt(path, 'session-ended');
    },
    draw,
  },
);

/** `POST /account/sessions/end-others`: signs all others out. */
export const endOthersFormRoute = formRoute(
  {
    path: `${path}/end-others`,
    formOf: path,
    summary: 'Sign all your other devices out.',
    body: v.strictObject({}),
    failures: [],
  },
  {
    act: async ({ ports, session: { id: except, accountId }, network }) => {
      const ending = { by: accountId, reason: 'ended-by-owner', network } as const;
      await endOtherSessions(ports, { accountId, except, ending });
      return doneAt(path, 'others-ended');
    },
    draw,
  },
);
