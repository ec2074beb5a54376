import * as v from 'valibot';
import { standingOf } from '../../domain/factors/demand.ts';
import { hasFactor } from '../../domain/factors/factor.ts';
import { renewRecoveryCodes } from '../../domain/factors/recovery-codes.ts';
import { forgetDevice } from '../../domain/factors/remembered-device.ts';
import { beginTotp, confirmTotp, removeTotp } from '../../domain/factors/totp.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { changeFailures, ownerOf } from '../factors/factors.ts';
import { check, line, uuid } from '../input.ts';
import { pageReply } from '../page.ts';
import type { Reply, SessionCall } from '../route.ts';
import { centreOf, centreRoute, type Draw, doneAt, formRoute, ownAccount } from './centre.ts';

const path = centrePaths.factors;

const draw: Draw = async (call, centre) => {
  const { ports, session } = call;
  const { read } = ports.store;
  const now = ports.clock.now();
  const [app, { held, demand }, devices] = await Promise.all([
    read.totps.find(session.accountId),
    standingOf(read, await ownAccount(call)),
    read.rememberedDevices.list(session.accountId),
  ]);
  const { factorsPage } = await pages();
  return factorsPage(centre, {
    app,
    hasAny: hasFactor(held),
    codesLeft: held.recoveryCodes,
    isDemanded: demand !== 'nothing',
    browsers: devices.filter(({ expiresAt }) => expiresAt > now),
  });
};

/** Loaded when somebody opens them. */
const pages = (): Promise<typeof import('../../pages/account/factors.ts')> =>
  import('../../pages/account/factors.ts');

/** `GET /account/factors`: the second steps. */
export const factorsPageRoute = centreRoute({ path, summary: 'Second factors and recovery codes.' }, draw);

const nothing = v.strictObject({});

/** `POST /account/factors/app`: begins to set an authenticator up; its key is shown this once. */
export const beginAppFormRoute = formRoute(
  {
    path: `${path}/app`,
    formOf: path,
    summary: 'Begin to set an authenticator app up. Its key is shown this once.',
    body: nothing,
    failures: [...changeFailures],
    answer: { description: 'The key, as a QR code and as text.', mediaType: 'text/html' },
  },
  {
    act: async (call) => {
      const { enrolment, secret, uri } = await beginTotp(call.ports, ownerOf(call));
      const [{ appEnrolmentPage }, { qrSvg }] = await Promise.all([pages(), import('../../pages/qr.ts')]);
      const shown = { secret, qrSvg: await qrSvg(uri) };
      return pageReply(appEnrolmentPage(await centreOf(call), { enrolment, shown }));
    },
    draw,
  },
);

/** Lenient, so that what is wrong with a code is told at its field. */
const confirmation = v.strictObject({ enrolment: uuid, code: v.string('This must be text.') });

/** `POST /account/factors/app/confirm`: its first code. Codes for recovery are shown when this is the first factor. */
export const confirmAppFormRoute = formRoute(
  {
    path: `${path}/app/confirm`,
    formOf: path,
    summary: 'Confirm an authenticator app by a code of it.',
    body: confirmation,
    limits: ['account', 'network'],
    failures: [...changeFailures, 'ceremony_over', 'second_factor_refused', 'attempts_exhausted'],
    answer: { description: 'Recovery codes, shown this once.', mediaType: 'text/html' },
  },
  {
    act: async (call) => {
      const { code } = check(v.object({ code: line(20) }), call.body, 'input_invalid');
      const { enrolment } = call.body;
      const { recoveryCodes } = await confirmTotp(call.ports, ownerOf(call), { enrolment, code });
      return recoveryCodes ? shownCodes(call, recoveryCodes, 'factor-added') : doneAt(path, 'factor-added');
    },
    draw: async (call, centre) => {
      const { enrolment } = centre.entered;
      if (enrolment === undefined || centre.failure?.code === 'ceremony_over') return draw(call, centre);
      const { appEnrolmentPage } = await pages();
      return appEnrolmentPage(centre, { enrolment, shown: undefined });
    },
  },
);

/** `POST /account/factors/app/remove`: takes the authenticator away. */
export const removeAppFormRoute = formRoute(
  {
    path: `${path}/app/remove`,
    formOf: path,
    summary: 'Remove the authenticator app.',
    body: nothing,
    failures: [...changeFailures, 'not_found', 'factor_demanded'],
  },
  {
    act: async (call) => {
      await removeTotp(call.ports, ownerOf(call));
      return doneAt(path, 'factor-removed');
    },
    draw,
  },
);

/** `POST /account/factors/recovery-codes`: new ones, shown this once. */
export const renewCodesFormRoute = formRoute(
  {
    path: `${path}/recovery-codes`,
    formOf: path,
    summary: 'Make new recovery codes. They are shown this once.',
    body: nothing,
    failures: [...changeFailures, 'factor_missing'],
    answer: { description: 'The codes.', mediaType: 'text/html' },
  },
  {
    act: async (call) => shownCodes(call, await renewRecoveryCodes(call.ports, ownerOf(call))),
    draw,
  },
);

/** `POST /account/factors/browsers/forget`: has a browser asked for the second step again. */
export const forgetBrowserFormRoute = formRoute(
  {
    path: `${path}/browsers/forget`,
    formOf: path,
    summary: 'Forget a browser: the second factor is asked for there again.',
    body: v.strictObject({ browser: uuid }),
    failures: ['not_found'],
  },
  {
    act: async ({ ports, session: { accountId }, body: { browser: id }, network }) => {
      await forgetDevice(ports, { id, accountId, network });
      return doneAt(path, 'browser-forgotten');
    },
    draw,
  },
);

/** Recovery codes, shown this once; with what was added, where they come with the first factor. */
export async function shownCodes(
  call: SessionCall,
  codes: readonly string[],
  added?: 'factor-added' | 'passkey-added',
): Promise<Reply> {
  const { recoveryCodesPage } = await pages();
  const at = added === 'passkey-added' ? 'passkeys' : 'factors';
  return pageReply(recoveryCodesPage(await centreOf(call, { notice: added }), { codes, at }));
}
