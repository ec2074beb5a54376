/** Passkeys on the pages of a sign-in: alone, as a second factor, and bound to the browser that was asked. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Credential, get, type Mood } from '../../kit/authenticator.ts';
import { form, headingOf } from '../../kit/clients.ts';
import { optionsOn } from '../../kit/enrolment.ts';
import { type Arrived, fillForm, formOn, openPage, textOf } from '../../kit/page-forms.ts';
import { addPasskey } from '../../kit/passkeys.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { person } from '../cast.ts';

const ada = 'ada@example.com';

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  let credential: Credential;
  let browser: Visitor;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    credential = await addPasskey(serving, await person(serving, 'ada'));
    browser = visit(serving);
  });
  afterEach(() => serving.close());

  /** Answers the form for a passkey on a page, as its script does. */
  async function show(
    visitor: Visitor,
    page: Arrived,
    [id, mood = {}]: readonly [string, Mood?],
  ): Promise<Answer> {
    const { action, hidden } = formOn(page, id);
    const passkey = JSON.stringify(get(serving.origin, optionsOn(page), { credential, mood }));
    return visitor.ask('POST', action, form({ ...hidden, passkey_answer: passkey }));
  }
  const amr = async (visitor: Visitor): Promise<unknown> =>
    ((await visitor.ask('GET', '/api/v1/session')).json['session'] as { amr?: string[] } | undefined)?.amr;
  const second = async (visitor: Visitor): Promise<Arrived> => {
    const named = await fillForm(visitor, await openPage(visitor, '/sign-in'), [
      'sign-in',
      { identifier: ada },
    ]);
    return fillForm(visitor, named, ['sign-in-password', { password: goodPassword }]);
  };

  test('a passkey signs in alone and leads on, and is used up with its challenge', async () => {
    const page = await openPage(browser, '/sign-in?next=/docs/failures');
    const answer = await show(browser, page, ['sign-in-passkey']);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/docs/failures']);
    expect(await amr(browser)).toEqual(['pop', 'mfa']);
    expect((await show(browser, page, ['sign-in-passkey'])).status).toBe(403);
  });

  test('MFA-06: a challenge of another browser, and one without verification, open nothing', async () => {
    const theirs = await openPage(visit(serving), '/sign-in');
    await openPage(browser, '/sign-in');
    expect((await show(browser, theirs, ['sign-in-passkey'])).status).toBe(403);
    const mine = await openPage(browser, '/sign-in');
    const refused = await show(browser, mine, ['sign-in-passkey', { userVerified: false }]);
    expect([refused.status, headingOf(refused)]).toEqual([403, 'Sign in']);
    expect(await amr(browser)).toBeUndefined();
  });

  test('what is no answer of an authenticator is refused', async () => {
    const page = await openPage(browser, '/sign-in');
    const { hidden } = formOn(page, 'sign-in-passkey');
    for (const passkey of ['', 'x', '{}', '[]', '{"id":"a","id":"b"}', 'null']) {
      const answer = await browser.ask(
        'POST',
        '/sign-in/passkey',
        form({ ...hidden, passkey_answer: passkey }),
      );
      expect([passkey, answer.status]).toEqual([passkey, 403]);
    }
  });

  test('it is the second factor after a password, in that sign-in alone', async () => {
    const page = await second(browser);
    expect(headingOf(page)).toBe('One more proof');
    // It has no authenticator that could be used instead.
    expect([textOf(page, 'other-factor'), textOf(page, 'by-passkey')]).toEqual([
      'Use a recovery code',
      'Use a passkey',
    ]);
    const other = visit(serving);
    await second(other);
    expect((await show(other, page, ['second-passkey'])).status).toBe(403);
    const forged = await show(browser, page, ['second-passkey', { forged: true }]);
    expect([forged.status, headingOf(forged)]).toEqual([403, 'One more proof']);
    const answer = await show(browser, page, ['second-passkey']);
    expect([answer.status, await amr(browser)]).toEqual([303, ['pwd', 'pop', 'mfa']]);
  });
});
