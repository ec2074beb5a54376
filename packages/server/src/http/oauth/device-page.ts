/**
 * The pages where the person behind a device types its code and decides (RFC 8628 §3.3). Opening an address changes
 * nothing, not even with a code in it: the code is looked up when the form is sent.
 */
import * as v from 'valibot';
import { fail } from '../../domain/failures.ts';
import { decideDevice, openDevice } from '../../domain/oauth/decide-device.ts';
import type { Session } from '../../domain/sessions/session.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { normalizeUserCode } from '../../protocol/oauth/device.ts';
import { atBrowser } from '../authorize/browser.ts';
import { deadEnd } from '../authorize/dead-end.ts';
import { labelOf, nameOf } from '../authorize/shown-account.ts';
import { signInBefore } from '../authorize/sign-in-before.ts';
import { frameOf } from '../language.ts';
import { pageReply } from '../page.ts';
import { type Call, openRoute, type Reply } from '../route.ts';

/** Where user codes are typed. */
export const devicePath = '/device';

const typedCode = v.pipe(
  v.string('This must be text.'),
  v.maxLength(40, 'This may have at most 40 characters.'),
);

const facts = { subject: 'oauth', page: true } as const;

/** `GET /device`: the form, after the person has signed in. */
export const showDeviceRoute = openRoute(
  {
    ...facts,
    method: 'GET',
    path: devicePath,
    summary: 'The form that takes the code of a device. Opening it changes nothing.',
    forgery: 'none',
    limits: ['none'],
    query: v.strictObject({ user_code: v.optional(typedCode, '') }),
    answers: {
      200: { description: 'The form.', mediaType: 'text/html' },
      303: { description: 'To the sign-in page, and back from there.' },
    },
    failures: [],
  },
  async (call) => {
    const { user_code: typed } = call.query;
    const { session } = await atBrowser(call);
    if (!session) return signInFirst(typed);
    const { userCodePage } = await pages();
    return pageReply(userCodePage({ frame: frameOf(call), userCode: normalizeUserCode(typed) ?? typed }));
  },
);

const codeForm = v.strictObject({ user_code: typedCode });

/** `POST /device`: who asks for what. A refusal shows the form again. */
export const openDeviceRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path: devicePath,
    summary: 'Look up the code of a device: who asks for what.',
    forgery: 'always',
    limits: ['account', 'network'],
    form: true,
    body: codeForm,
    answers: {
      200: { description: 'The page that asks whether the device may.', mediaType: 'text/html' },
      303: { description: 'To the sign-in page, and back from there.' },
    },
    failures: ['user_code_refused', 'attempts_exhausted'],
    redraw: (call, failure) => redrawn(call, failure),
  },
  async (call) => {
    const { ports, network, body } = call;
    const { session } = await atBrowser(call);
    if (!session) return signInFirst(body.user_code);
    const userCode = normalizeUserCode(body.user_code);
    if (userCode === undefined) throw fail('input_invalid', { fields: [noCode] });
    const { client, scopes, resources } = await openDevice(ports, { userCode, session, network });
    const account = await shownAccount(call, session);
    const { deviceQuestionPage } = await pages();
    const frame = frameOf(call, { here: formPath(userCode) });
    const question = { frame, clientName: client.name, account, userCode, scopes, resources };
    return pageReply(deviceQuestionPage(question));
  },
);

const noCode = { field: 'user_code', message: 'A code has eight letters, such as BCDF-GHJK.' };

/** `POST /device/decision`: what the person decides. */
export const decideDeviceRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path: `${devicePath}/decision`,
    summary: 'Allow or refuse what a device asks for.',
    forgery: 'always',
    limits: ['none'],
    form: true,
    body: v.strictObject({
      user_code: typedCode,
      decision: v.picklist(['allow', 'refuse'], 'This must be allow or refuse.'),
    }),
    answers: {
      200: { description: 'What was decided.', mediaType: 'text/html' },
      303: { description: 'To the sign-in page, and back from there.' },
    },
    failures: ['user_code_refused'],
    redraw: deadEnd,
  },
  async (call) => {
    const { ports, network, body } = call;
    const { session } = await atBrowser(call);
    if (!session) return signInFirst(body.user_code);
    const userCode = normalizeUserCode(body.user_code);
    if (userCode === undefined) throw fail('input_invalid', { fields: [noCode] });
    const allowed = body.decision === 'allow';
    const visit = { userCode, session, network };
    const { name: clientName } = await decideDevice(ports, visit, allowed ? 'allowed' : 'refused');
    const { deviceDecidedPage } = await pages();
    return pageReply(deviceDecidedPage({ frame: frameOf(call), clientName, allowed }));
  },
);

/** To the sign-in page, and with the code back to the form. */
const signInFirst = (userCode: string): Reply => ({
  status: 303,
  headers: {
    location: signInBefore(formPath(userCode)),
  },
});

/** The form, with a code in it. */
const formPath = (userCode: string): string =>
  userCode === '' ? devicePath : withFields(devicePath, [['user_code', userCode]]);

async function redrawn(call: Call, failure: ShownFailure): Promise<Page> {
  const { body } = call;
  if (!v.is(codeForm, body)) return deadEnd(call, failure);
  const { userCodePage } = await pages();
  const frame = frameOf(call, { here: formPath(body.user_code) });
  return userCodePage({ frame, userCode: body.user_code, failure });
}

async function shownAccount({ ports }: Pick<Call, 'ports'>, { accountId }: Session) {
  const account = await ports.store.read.accounts.find(accountId);
  if (!account) throw fail('user_code_refused', { detail: { check: 'account-unknown' } });
  return { name: nameOf(account), label: labelOf(account) };
}

/** Loaded when somebody opens them: most processes never show one. */
const pages = (): Promise<typeof import('../../pages/oauth/device.ts')> =>
  import('../../pages/oauth/device.ts');
