/**
 * The set-up page. Opening it uses nothing up, so that a scanner or a second look does no harm; sending the form does.
 */
import * as v from 'valibot';
import { useSetUp } from '../../domain/accounts/set-up.ts';
import { fail } from '../../domain/failures.ts';
import type { Ports } from '../../domain/ports.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { deadEnd } from '../authorize/dead-end.ts';
import { check, line, nameLine, newPasswordFailures, passwordText } from '../input.ts';
import { frameOf } from '../language.ts';
import { keepLink, keptLink, withoutLink } from '../mail/kept-link.ts';
import { pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';

const path = '/setup';

/** The secret part of a link. */
const link = v.pipe(
  v.string('This must be text.'),
  v.maxLength(200, 'This may have at most 200 characters.'),
);

/** `GET /setup`: the form. */
export const showSetUpRoute = openRoute(
  {
    method: 'GET',
    path,
    subject: 'accounts',
    summary: 'The form that makes an administrator. Opening it uses nothing up.',
    forgery: 'none',
    limits: ['none'],
    page: true,
    query: v.strictObject({ link: v.optional(link, '') }),
    answers: {
      200: { description: 'The form.', mediaType: 'text/html' },
      303: { description: 'To the same page, without the link in its address.' },
    },
    failures: ['set_up_link_invalid'],
    redraw: deadEnd,
  },
  async (call) => {
    const { ports, query, wire } = call;
    // Asks no store: a link that is used or too old is only refused with the form.
    const handle = ports.handles.read('set-up', query.link === '' ? keptLink(wire) : query.link);
    if (!handle) throw fail('set_up_link_invalid', { detail: { check: 'handle-forged' } });
    if (query.link !== '') return keepLink(path, handle.text);
    const { setUpPage } = await pages();
    return pageReply(
      setUpPage({ ...blank, frame: frameOf(call), link: handle.text, passwordMinimum: minimum(ports) }),
    );
  },
);

const blank = { email: '', name: '' } as const;

/** Lenient, so that what is wrong with a field is told at the field. */
const form = v.strictObject({
  link,
  email: v.string('This must be text.'),
  name: v.optional(v.string('This must be text.'), ''),
  password: v.string('This must be text.'),
});

const entries = v.object({ email: line(254), name: nameLine(100), password: passwordText });

/** `POST /setup`: makes the administrator and uses the link up. A refusal shows the form again. */
export const setUpRoute = openRoute(
  {
    method: 'POST',
    path,
    subject: 'accounts',
    summary: 'Make an administrator with the one-time set-up link.',
    forgery: 'always',
    limits: ['hashing'],
    page: true,
    form: true,
    body: form,
    answers: { 200: { description: 'What was made and what comes next.', mediaType: 'text/html' } },
    failures: ['set_up_link_invalid', 'identifier_taken', ...newPasswordFailures, 'hashing_busy'],
    redraw: (call, failure) => redrawn(call, failure),
  },
  async (call) => {
    const { ports, body, network } = call;
    const { email, name, password } = check(entries, body, 'input_invalid');
    const draft = { email, name: name === '' ? undefined : name, password, network };
    await useSetUp(ports, { ...draft, link: body.link });
    const { setUpDonePage } = await pages();
    const page = setUpDonePage({ frame: frameOf(call), email, origin: ports.settings.issuer });
    return withoutLink(await pageReply(page));
  },
);

/** A dead link opens no form: nothing that could be entered would help. */
async function redrawn(call: Call, failure: ShownFailure): Promise<Page> {
  const { ports, body } = call;
  if (failure.code === 'set_up_link_invalid' || !v.is(form, body)) return deadEnd(call, failure);
  const { setUpPage } = await pages();
  const { link: secret, email, name = '' } = body;
  const frame = frameOf(call, { here: path });
  return setUpPage({ frame, link: secret, email, name, passwordMinimum: minimum(ports), failure });
}

/** Loaded when somebody opens them: most processes never show one. */
const pages = (): Promise<typeof import('../../pages/accounts/set-up.ts')> =>
  import('../../pages/accounts/set-up.ts');

const minimum = ({ settings }: Ports): number => settings.passwordMinimumLength;
