/** What is changed in the account centre and can safely be undone, by the button beside the notice. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Arrived, fillForm, sendForm, textOf } from '../../kit/page-forms.ts';
import { addPasskey } from '../../kit/passkeys.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { signIn, type Visitor, visit } from '../../kit/visitor.ts';
import { inBrowser, noticeOf, openAt, openCentre, ownerOf } from './cast.ts';

let people = 0;

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  beforeAll(async () => {
    const place = await openCentre(serve);
    ({ serving } = place);
    return () => place.close();
  });

  let visitor: Visitor;
  let email: string;
  beforeEach(async () => {
    ({ visitor, email } = await ownerOf(serving, `undo-${(people += 1)}`));
  });
  const open = (path: string, by = visitor): Promise<Arrived> => openAt(by, path);
  const put = (name: string, username: string) => ['names', { name, username }] as const;
  const undo = 'id="undo-change"';

  test('name and username come back as they were', async () => {
    await fillForm(visitor, await open('/names'), put('Ada', `was-${people}`));
    const changed = await fillForm(visitor, await open('/names'), put('Adda', ''));
    const back = await fillForm(visitor, changed, ['undo-change', {}]);
    expect(noticeOf(back)).toBe('Saved.');
    const { json } = await visitor.ask('GET', '/api/v1/account');
    expect(json).toMatchObject({ name: 'Ada', username: `was-${people}` });
  });

  test('a passkey has its former name again', async () => {
    await addPasskey(serving, visitor);
    const page = await open('/passkeys');
    const id = /id="rename-([^"]+)"/.exec(page.text)?.[1] ?? '';
    const renamed = await fillForm(visitor, page, [`rename-${id}`, { name: 'Phone' }]);
    const back = await fillForm(visitor, renamed, ['undo-change', {}]);
    expect(noticeOf(back)).toBe('The passkey has its new name.');
    expect(textOf(back, `of-${id}`)).toBe('Laptop');
  });

  test('it is offered once, and to the session that made the change alone', async () => {
    await sendForm(inBrowser(visitor), await open('/names'), put('Ada', ''));
    const other = visit(serving);
    await signIn(other, email);
    for (const name of ['doorward_notice', 'doorward_undo'])
      other.cookies.set(name, visitor.cookies.get(name) ?? '');
    expect((await open('/names', other)).text).not.toContain(undo);
    expect((await open('/names')).text).toContain(undo);
    expect((await open('/names')).text).not.toContain(undo);
  });

  test.each(['', 'x', 'dw_se_worthless'])('a way back that is %j is none', async (forged) => {
    visitor.cookies.set('doorward_notice', 'names-saved');
    visitor.cookies.set('doorward_undo', forged);
    const page = await open('/names');
    expect([page.status, page.text.includes(undo)]).toEqual([200, false]);
  });

  test('what was saved as it was before offers nothing to undo', async () => {
    await fillForm(visitor, await open('/names'), put('Same', ''));
    const again = await fillForm(visitor, await open('/names'), put('Same', ''));
    expect([noticeOf(again), again.text.includes(undo)]).toEqual(['Saved.', false]);
  });
});
