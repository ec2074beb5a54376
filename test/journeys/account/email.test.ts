/** The address at the account centre, where mail can be sent: a change is asked for there and proven by the code of a mail. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mailTo } from '../../kit/mails.ts';
import { fillForm, sendForm, textOf } from '../../kit/page-forms.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { signIn, type Visitor, visit } from '../../kit/visitor.ts';
import { codeIn, wrongCode } from '../mail/mail-cast.ts';
import { inBrowser, minutes, noticeOf, openAt, ownerOf, refusedAt } from './cast.ts';

const ada = 'ada@example.com';
const moved = 'ada@moved.example';

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  let visitor: Visitor;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { signUpAttempts: 1000 } });
    ({ visitor } = await ownerOf(serving, 'ada'));
  });
  afterEach(() => serving.close());

  const names = () => openAt(visitor, '/names');

  test('PWD-06: a new address counts once its code is typed, and the old one is told', async () => {
    const asked = await fillForm(visitor, await names(), ['email-form', { email: moved }]);
    expect([asked.path, textOf(asked, 'mailbox')]).toEqual([
      expect.stringMatching(/^\/confirm\?ticket=/),
      moved,
    ]);
    expect(textOf(await names(), 'email-now')).toBe(ada);
    const code = await codeIn(serving, moved, 'email-change');
    const wrong = await sendForm(inBrowser(visitor), asked, ['confirm', { code: wrongCode(code) }]);
    expect([wrong.status, textOf(await names(), 'email-now')]).toEqual([403, ada]);
    expect((await fillForm(visitor, asked, ['confirm', { code }])).status).toBe(200);
    const page = await names();
    expect([textOf(page, 'email-now'), page.text.includes('id="prove-email"')]).toEqual([moved, false]);
    expect((await signIn(visit(serving), moved)).session).toMatch(/\S/);
  });

  test('an address that is not proven is proven by the code that is mailed to it', async () => {
    const asked = await fillForm(visitor, await names(), ['prove-email', {}]);
    const code = await codeIn(serving, ada, 'email-change');
    expect((await fillForm(visitor, asked, ['confirm', { code }])).status).toBe(200);
    const page = await names();
    expect(page.text).toContain('>confirmed<');
    expect(page.text).not.toContain('id="prove-email"');
  });

  test.each(['nobody', 'a b@example.com', `${'x'.repeat(250)}@example.com`])(
    '%s is no address',
    async (email) => {
      const bad = { path: '/names', id: 'email-form', fields: { email }, at: 'email' };
      expect(await refusedAt(visitor, bad)).toEqual([400, expect.stringMatching(/\S/)]);
    },
  );

  test('an empty address is none, where a username remains', async () => {
    const bad = { path: '/names', id: 'email-form', fields: { email: '' }, at: 'email' };
    expect(await refusedAt(visitor, bad)).toEqual([400, expect.stringMatching(/\S/)]);
    await fillForm(visitor, await names(), ['names', { name: 'Ada', username: 'ada' }]);
    const done = await fillForm(visitor, await names(), ['email-form', { email: '' }]);
    expect([noticeOf(done), textOf(done, 'email-now')]).toEqual(['Saved.', '']);
  });

  test('PWD-06: an address that somebody else has proven is answered as any other', async () => {
    const grace = (await ownerOf(serving, 'grace')).visitor;
    const proving = await fillForm(grace, await openAt(grace, '/names'), ['prove-email', {}]);
    const code = await codeIn(serving, 'grace@example.com', 'email-change');
    await fillForm(grace, proving, ['confirm', { code }]);
    const asked = await fillForm(visitor, await names(), ['email-form', { email: 'grace@example.com' }]);
    expect([asked.status, textOf(asked, 'mailbox')]).toEqual([200, 'grace@example.com']);
    expect((await mailTo(serving, 'grace@example.com', 'account-exists')).to).toBe('grace@example.com');
  });

  test('PWD-06: an old sign-in changes no address', async () => {
    const page = await names();
    serving.clock.advance(minutes(6));
    const answer = await sendForm(inBrowser(visitor), page, ['email-form', { email: moved }]);
    expect(answer.headers.get('location')).toBe('/account/proof?next=%2Faccount%2Fnames');
    expect((await names()).text).not.toContain('id="email-form"');
  });
});
