/** The step of a sign-in that asks whoever has closed their account whether to keep it. */
import * as v from 'valibot';
import { deviceCookie } from '../../domain/factors/remembered-device.ts';
import { findAttempt, type SignInAttempt } from '../../domain/sessions/attempt.ts';
import { lookAtKeeping, stepByKeeping } from '../../domain/sessions/keep-step.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { frameOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';
import { browserSecret } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { keepPath as path, rowId, stepBrowser, stepReply } from './way-on.ts';

const facts = { subject: 'oauth', page: true, leadsAway: true, redraw: deadEnd, limits: ['none'] } as const;

/** `GET /sign-in/keep`: when the account goes, and the button that keeps it. */
export const showKeepRoute = openRoute(
  {
    ...facts,
    method: 'GET',
    path,
    summary: 'The form that offers to keep an account that its owner has closed.',
    forgery: 'none',
    query: v.strictObject({ attempt: rowId }),
    answers: { 200: { description: 'The form.', mediaType: 'text/html' } },
    failures: ['sign_in_over'],
  },
  async (call) => {
    const { ports, wire } = call;
    const attempt = await attemptAt(call, call.query.attempt);
    const remembered = wire.cookie(deviceCookie(attempt.accountId)) !== undefined;
    const deletesAt = await lookAtKeeping(ports, attempt, { remembered });
    const { keepPage } = await import('../../pages/authorize/keep.ts');
    const frame = frameOf(call, { here: withFields(path, [['attempt', attempt.id]]) });
    return pageReply(keepPage({ frame, attempt: attempt.id, deletesAt }), leadingAway);
  },
);

/** `POST /sign-in/keep`: keeps it and goes on. */
export const keepRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path,
    summary: 'Keep the account that its owner has closed, and sign in.',
    forgery: 'always',
    form: true,
    body: v.strictObject({ attempt: rowId }),
    answers: {
      303: { description: 'Signed in: on with the request, or to the path; or to what is missing yet.' },
    },
    failures: ['sign_in_over', 'sign_in_refused'],
  },
  async (call) => {
    const attempt = await attemptAt(call, call.body.attempt);
    const { cookies, ...browser } = await stepBrowser(call);
    return stepReply(await stepByKeeping(call.ports, { ...browser, attempt }), attempt, cookies);
  },
);

const attemptAt = ({ ports, wire }: Pick<Call, 'ports' | 'wire'>, id: string): Promise<SignInAttempt> =>
  findAttempt(ports, id, { browser: browserSecret(wire), step: 'second' });
