/** Second factors at the account centre, by plain HTML forms. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addTotp, authenticator } from '../../kit/factors.ts';
import { type Arrived, fillForm, formOn, sendForm, textOf } from '../../kit/page-forms.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';
import { formOf, inBrowser, minutes, noticeOf, openAt, openCentre, ownerOf } from './cast.ts';

let people = 0;

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  beforeAll(async () => {
    const place = await openCentre(serve);
    ({ serving } = place);
    return () => place.close();
  });

  let visitor: Visitor;
  beforeEach(async () => {
    ({ visitor } = await ownerOf(serving, `factor-${(people += 1)}`));
  });
  const open = (path = '/factors', by = visitor): Promise<Arrived> => openAt(by, path);
  const press = async (id: string, by = visitor): Promise<Answer> =>
    sendForm(inBrowser(by), await open('/factors', by), [id, {}]);
  const codesOn = ({ text }: Answer): string[] =>
    [...text.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code = '']) => code);
  const secretOn = (page: Answer): string => textOf(page, 'secret').replaceAll(' ', '');

  test('an authenticator is set up by its key, confirmed by its code, and recovery codes are shown once', async () => {
    const begun = await press('begin-app');
    expect(begun.text).toContain('<svg');
    expect(begun.headers.get('cache-control')).toBe('no-store');
    const app = authenticator(serving, secretOn(begun));
    const done = await sendForm(inBrowser(visitor), begun, ['confirm-app', { code: app.code() }]);
    const codes = codesOn(done);
    expect([done.status, new Set(codes).size]).toEqual([200, 10]);
    const page = await open();
    expect(textOf(page, 'codes-left')).toContain('Codes left: 10.');
    for (const code of codes) expect(page.text).not.toContain(code);
  });

  test('the first page tells at a glance what is set up', async () => {
    const glance = async (): Promise<string> => (await open('')).text.replaceAll(/<[^>]+>/g, ' ');
    expect(await glance()).toMatch(/Passkeys\s+0\s[\s\S]*Authenticator app\s+not set up/);
    expect(await glance()).not.toContain('Recovery codes left');
    await addTotp(serving, visitor);
    expect(await glance()).toMatch(/Authenticator app\s+set up\s[\s\S]*Recovery codes left\s+10\s/);
  });

  test('a wrong code is refused at its field, and the key is not shown again', async () => {
    const begun = await press('begin-app');
    const app = authenticator(serving, secretOn(begun));
    const wrong = await sendForm(inBrowser(visitor), begun, ['confirm-app', { code: app.wrongCode() }]);
    expect([wrong.status, textOf(wrong, 'code-fault')]).toEqual([403, expect.stringMatching(/\S/)]);
    expect(wrong.text).not.toContain(secretOn(begun));
    const code = app.code();
    const right = await sendForm(inBrowser(visitor), wrong, ['confirm-app', { code }]);
    expect(codesOn(right)).toHaveLength(10);
  });

  test.each(['', 'x'.repeat(21), '1\n2'])('%j is no code', async (code) => {
    const begun = await press('begin-app');
    const answer = await sendForm(inBrowser(visitor), begun, ['confirm-app', { code }]);
    expect([400, 403]).toContain(answer.status);
    expect(answer.text).toContain('id="code-fault"');
  });

  test('a key that was replaced by a newer one confirms nothing', async () => {
    const [first, second] = [await press('begin-app'), await press('begin-app')];
    const { hidden } = formOn(first, 'confirm-app');
    const code = authenticator(serving, secretOn(first)).code();
    const late = await inBrowser(visitor).ask(
      'POST',
      '/account/factors/app/confirm',
      formOf({ ...hidden, code }),
    );
    expect(late.status).toBe(403);
    expect(secretOn(second)).not.toBe(secretOn(first));
    expect((await open()).text).toContain('Set up an authenticator app');
  });

  test('MFA-08: whoever has a second step changes it by nothing less', async () => {
    await addTotp(serving, visitor);
    const page = await open();
    expect(page.text).toContain('id="prove-again"');
    expect(page.text).not.toContain('id="remove-app"');
    for (const path of ['app', 'app/remove', 'recovery-codes']) {
      const answer = await inBrowser(visitor).ask('POST', `/account/factors/${path}`, formOf({}));
      expect([path, answer.headers.get('location')]).toEqual([
        path,
        '/account/proof?next=%2Faccount%2Ffactors',
      ]);
    }
    const app = await open();
    expect(textOf(app, 'codes-left')).toContain('10');
  });

  test('whoever proved it makes new codes and takes the authenticator away', async () => {
    const app = await addTotp(serving, visitor);
    const proof = { totp: app.code() };
    expect((await visitor.ask('POST', '/api/v1/session/proof', { body: proof })).status).toBe(200);
    const codes = codesOn(await press('renew-codes'));
    expect(codes).toHaveLength(10);
    expect(codes.some((code) => app.recoveryCodes.includes(code))).toBe(false);
    const done = await fillForm(visitor, await open(), ['remove-app', {}]);
    expect(noticeOf(done)).toBe('The second step is removed.');
    expect(done.text).toContain('Set up an authenticator app');
  });

  test('an old sign-in changes nothing', async () => {
    const page = await open();
    serving.clock.advance(minutes(6));
    const answer = await sendForm(inBrowser(visitor), page, ['begin-app', {}]);
    expect(answer.headers.get('location')).toBe('/account/proof?next=%2Faccount%2Ffactors');
  });

  test('a browser of somebody else is not forgotten', async () => {
    const browser = '019d0000-0000-7000-8000-000000000000';
    const sent = await inBrowser(visitor).ask(
      'POST',
      '/account/factors/browsers/forget',
      formOf({ browser }),
    );
    expect(sent.status).toBe(404);
    expect((await visit(serving).ask('GET', '/account/factors')).status).toBe(401);
  });
});
