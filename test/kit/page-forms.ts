/** Filling in the forms of our pages as a browser without scripts does: hidden values travel along, answers are followed. */
import { form } from './clients.ts';
import type { Answer, Visitor } from './visitor.ts';

/** What a browser asks for when somebody follows a link. */
const html = { accept: 'text/html' };

/** A page that was arrived at. */
export interface Arrived extends Answer {
  /** Its path and query. */
  readonly path: string;
}

/** Opens a path and goes where its answers lead on this server. */
export async function openPage(visitor: Visitor, path: string): Promise<Arrived> {
  const answer = await visitor.ask('GET', path, { headers: html });
  return goOn(visitor, answer, path);
}

async function goOn(visitor: Visitor, answer: Answer, path: string): Promise<Arrived> {
  const location = answer.headers.get('location');
  if (location?.startsWith('/')) return openPage(visitor, location);
  return { ...answer, path };
}

/** The form of an id on a page: where it goes, and what it carries along unseen. Throws when there is none. */
export function formOn(
  page: Answer,
  id: string,
): { readonly action: string; readonly hidden: Readonly<Record<string, string>> } {
  const found = new RegExp(`<form id="${id}" method="post" action="([^"]*)"[^>]*>([\\s\\S]*?)</form>`).exec(
    page.text,
  );
  if (!found) throw new Error(`no form ${id} on the page: ${page.status} ${page.text.slice(0, 2000)}`);
  const [, action = '', content = ''] = found;
  const hidden = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return {
    action,
    hidden: Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, plain(value)])),
  };
}

const plain = (text: string): string =>
  text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');

/** Sends the form of an id with what is filled in; the answer as it comes. */
export function sendForm(
  visitor: Visitor,
  page: Answer,
  [id, fields]: readonly [id: string, fields: Readonly<Record<string, string>>],
): Promise<Answer> {
  const { action, hidden } = formOn(page, id);
  return visitor.ask('POST', action, form({ ...hidden, ...fields }));
}

/** Fills in the form of an id, sends it and goes where the answer leads. */
export async function fillForm(
  visitor: Visitor,
  page: Arrived,
  filled: readonly [id: string, fields: Readonly<Record<string, string>>],
): Promise<Arrived> {
  return goOn(visitor, await sendForm(visitor, page, filled), page.path);
}

/** The text of the element of an id; empty where there is none. */
export const textOf = (page: Answer, id: string): string =>
  (new RegExp(`id="${id}"[^>]*>([\\s\\S]*?)</`).exec(page.text)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
