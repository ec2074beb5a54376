/** Setting a factor up in the middle of a sign-in, as whoever stands there does. */
import { withFields } from '../../packages/server/src/protocol/oauth/authorization-response.ts';
import { type Credential, create, type Mood, type Options } from './authenticator.ts';
import { formOn } from './page-forms.ts';
import type { Serving } from './serving.ts';
import type { Answer } from './visitor.ts';

/** Makes a role that is called as what it demands. */
export const putRole = ({ assembly }: Serving, demand: 'second-factor' | 'passkey'): Promise<unknown> =>
  assembly.ports.store.transact((tx) => tx.roles.put({ name: demand, permissions: [], requires: demand }));

/** Where a sign-in stands at its second step. */
export const secondPath = (attempt: string): string => withFields('/sign-in/second', [['attempt', attempt]]);

/** What a page gives its browser to make or ask a passkey with. */
export function optionsOn(page: Answer): Options {
  const text = /data-passkey="([^"]*)"/.exec(page.text)?.[1] ?? '';
  // What the server has written is believed to be options.
  return JSON.parse(
    text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&#39;', "'"),
  ) as Options;
}

/** A passkey that is made on the page that demands one, and what its form then sends. */
export function madePasskey(
  { origin }: Pick<Serving, 'origin'>,
  page: Answer,
  mood: Mood = {},
): { readonly credential: Credential; readonly body: Readonly<Record<string, string>> } {
  const { credential, answer } = create(origin, optionsOn(page), mood);
  const { hidden } = formOn(page, 'enrol-passkey');
  return { credential, body: { ...hidden, name: 'Laptop', passkey_answer: JSON.stringify(answer) } };
}
