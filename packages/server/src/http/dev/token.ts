/** The inspector of tokens. What is pasted comes in a body, never in an address, and is kept nowhere. */
import * as v from 'valibot';
import { changeLetter } from '../../domain/dev/change-letter.ts';
import { inspectToken } from '../../domain/dev/inspect-token.ts';
import { frameOf } from '../language.ts';
import { pageReply } from '../page.ts';
import { devRoute } from './dev-route.ts';

const path = '/dev/token';

/** `GET /dev/token`: the form. */
export const showTokenRoute = devRoute(
  {
    method: 'GET',
    path,
    summary: 'The form that takes a token to inspect.',
    page: true,
    answers: { 200: { description: 'The form.', mediaType: 'text/html' } },
  },
  async (call) => {
    const { tokenPage } = await import('../../pages/dev/token.ts');
    return pageReply(tokenPage(frameOf(call)));
  },
);

/** `POST /dev/token`: what can be said of a token, or of it with one letter changed. */
export const inspectTokenRoute = devRoute(
  {
    method: 'POST',
    path,
    summary: 'Inspect a token: its parts, its signature, its claims, and whether it lives.',
    page: true,
    form: true,
    body: v.strictObject({
      token: v.pipe(
        v.string('This must be text.'),
        v.maxLength(8200, 'This may have at most 8192 characters.'),
      ),
      change: v.optional(
        v.picklist(
          ['header', 'claims', 'signature', 'prefix', 'locator', 'secret', 'check'],
          'There is no such part.',
        ),
      ),
    }),
    answers: { 200: { description: 'What was found.', mediaType: 'text/html' } },
  },
  async (call) => {
    const { ports, body } = call;
    // As people paste it: with a line end, or with the scheme of the header that it stood in.
    const typed = body.token.trim().replace(/^Bearer\s+/i, '');
    const first = await inspectToken(ports, typed);
    const changed = body.change && changeLetter(first.parts, body.change, typed);
    const { parts, findings } = changed ? await inspectToken(ports, changed.text) : first;
    const text = changed?.text ?? typed;
    const { tokenPage } = await import('../../pages/dev/token.ts');
    return pageReply(
      tokenPage(frameOf(call), { text, original: changed && typed, changed, parts, findings }),
    );
  },
);
