/**
 * The pages: data → HTML. `html` escapes whatever is put into it, so a name is never markup. No page has a script.
 */
import { html } from 'hono/html';

/** HTML that is safe to send. */
export type Html = ReturnType<typeof html>;

/** What the login page shows. */
export interface LoginPage {
  /** For the hidden field of the form: see csrf.ts. */
  readonly token: string;
  /** Why somebody has to log in (again). */
  readonly message?: string | undefined;
  /** What was typed before. A password never comes back. */
  readonly username?: string | undefined;
  /** A line for newcomers. */
  readonly hint?: string | undefined;
}

/** The login page, with the reason at the top where there is one. */
export const loginPage = ({ token, message, username = '', hint }: LoginPage): Html =>
  layout(
    message ?? 'Log in',
    html`<h1>Log in</h1>
${message === undefined ? '' : html`<p class="message" id="message" role="alert">${message}</p>`}
<form method="post" action="/login">
${tokenField(token)}
<label for="username">Username</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required${describedBy(message)}${username === '' ? focus : ''}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${describedBy(message)}${username === '' ? '' : focus}>
<button type="submit">Log in</button>
</form>
${hint === undefined ? '' : html`<p class="quiet">${hint}</p>`}`,
  );

/** The page of somebody who is logged in. */
export const homePage = ({ token, name, until }: { token: string; name: string; until: Date }): Html =>
  layout(
    'Logged in',
    html`<h1>Logged in as ${name}</h1>
<p>Your browser carries a signed token, in a cookie that no script can read. It expires at
<time datetime="${until.toISOString()}">${until.toISOString().slice(11, 19)} UTC</time>, or when you log out.</p>
<form method="post" action="/logout">
${tokenField(token)}
<button type="submit">Log out</button>
</form>`,
  );

/** The page of what went wrong: a wrong path, a wrong method. */
export const failurePage = (message: string): Html =>
  layout(message, html`<h1>${message}</h1>\n<p><a href="/">Back to the start</a></p>`);

const layout = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · JWT in a cookie</title>
<link rel="icon" type="image/svg+xml" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><img src="/icon.svg" alt="" width="32" height="32">JWT in a cookie</header>
<main>
${body}
</main>
</body>
</html>
`;

const tokenField = (token: string): Html => html`<input type="hidden" name="token" value="${token}">`;

/** A screen reader that comes to the field says the message too. */
const describedBy = (message: string | undefined): Html | '' =>
  message === undefined ? '' : html` aria-describedby="message"`;

/** The keyboard begins where something is to be typed. */
const focus = html` autofocus`;
