/** The two pages of the reference: one drawn in the browser by Swagger UI, one that needs no script at all. */
import { html } from 'hono/html';
import type { OpenApi, Operation } from './openapi.ts';

type Html = ReturnType<typeof html>;

const page = (title: string, head: Html, body: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${title}</title>
${head}
</head>
<body>${body}</body>
</html>
`;

/** `/docs`: try every endpoint in the browser. */
export const docsPage = (): Html =>
  page(
    'Token client',
    html`<link rel="stylesheet" href="/docs/swagger-ui.css">
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/docs/draw.js" defer></script>`,
    html`<div id="reference"></div>
<noscript><p>This page needs JavaScript. <a href="/redoc">The other one</a> does not.</p></noscript>`,
  );

/** `/redoc`: every endpoint to read. */
export const redocPage = ({ info, paths }: OpenApi): Html => {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  return page(
    info.title,
    html`<link rel="stylesheet" href="/docs/redoc.css">`,
    html`<nav aria-label="Endpoints"><ul>
${operations.map(({ name }) => html`<li><a href="#${anchorOf(name)}">${name}</a></li>`)}
</ul></nav>
<main>
<h1>${info.title} <small>${info.version}</small></h1>
<p>${info.description}</p>
<p>Try it out at <a href="/docs">/docs</a>, or read <a href="/openapi.json">/openapi.json</a>.</p>
${operations.map(({ name, operation }) => operationPart(name, operation))}
</main>`,
  );
};

const anchorOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');

function operationPart(name: string, { summary, requestBody, security, responses }: Operation): Html {
  const schema = requestBody?.content['application/json'].schema;
  return html`<section id="${anchorOf(name)}">
<h2><code>${name}</code></h2>
<p>${summary}</p>
${security ? html`<p>Needs <code>Authorization: Bearer</code> and an access token.</p>` : ''}
${
  schema
    ? html`<h3>JSON body</h3>
<ul>${Object.keys(schema.properties).map((field) => html`<li><code>${field}</code>${schema.required.includes(field) ? '' : ' (optional)'}</li>`)}</ul>`
    : ''
}
<h3>Answers</h3>
<dl>${Object.entries(responses).map(([status, { description }]) => html`<dt>${status}</dt><dd>${description}</dd>`)}</dl>
</section>`;
}
