/** Somebody at the account centre, who fills in its forms as a browser without scripts does. */
import { type SmallProvider, serveWith, smallProvider } from '../../kit/outside.ts';
import { type Arrived, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import type { Serving, ServingOptions } from '../../kit/serving.ts';
import { type Answer, type Said, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

/** A server that sends no mail and knows one other service. */
export interface CentrePlace {
  readonly serving: Serving;
  readonly provider: SmallProvider;
  close(): Promise<void>;
}

/** Opens the place. */
export async function openCentre(serve: (options: ServingOptions) => Promise<Serving>): Promise<CentrePlace> {
  const provider = await smallProvider();
  const serving = await serveWith({ outside: { issuer: provider.issuer } }, (settings) =>
    serve({
      lightHashing: true,
      settings: { ...settings, signUpAttempts: 1000, production: 'yes', deletionGrace: 0 },
    }),
  );
  return {
    serving,
    provider,
    close: async () => void (await Promise.all([serving.close(), provider.close()])),
  };
}

/** Somebody who is signed in. */
export interface Owner {
  readonly visitor: Visitor;
  readonly email: string;
  readonly account: string;
}

/** Somebody of that name. */
export async function ownerOf(serving: Serving, name: string): Promise<Owner> {
  const visitor = visit(serving);
  const email = `${name}@example.com`;
  const account = await signUp(visitor, email);
  await signIn(visitor, email);
  return { visitor, email, account };
}

/** Opens a page of the account centre. */
export const openAt = (by: Visitor, path: string): Promise<Arrived> => openPage(by, `/account${path}`);

/** What the page says that was done. */
export const noticeOf = (page: Answer): string => textOf(page, 'notice');

/** Asks as browsers do. */
export const inBrowser = (by: Visitor): Visitor => ({
  cookies: by.cookies,
  ask: (method, path, said = {}) =>
    by.ask(method, path, { ...said, headers: { accept: 'text/html', ...said.headers } }),
});

/** A form as it is sent. */
export const formOf = (fields: Readonly<Record<string, string>>): Said => ({
  raw: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

/** A form that should be refused. */
export interface BadForm {
  /** The page. */
  readonly path: string;
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  /** The field that is wrong. */
  readonly at: string;
}

/** Sends it, and tells the status and what stands at the field. */
export async function refusedAt(
  by: Visitor,
  { path, id, fields, at }: BadForm,
): Promise<readonly [status: number, fault: string]> {
  const answer = await sendForm(inBrowser(by), await openAt(by, path), [id, fields]);
  return [answer.status, textOf(answer, `${at}-fault`)];
}

/** Whether somebody is signed in. */
export const isSignedIn = async (by: Visitor): Promise<boolean> =>
  (await by.ask('GET', '/api/v1/session')).status === 200;

/** Minutes, in milliseconds. */
export const minutes = (count: number): number => count * 60_000;
