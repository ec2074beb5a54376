/** The documents: `/docs`, `/redoc`, `/openapi.json` and the files that the pages load, all of them from here. */
import { readFile } from 'node:fs/promises';
import type { Handler } from '@doorward/examples-kit';
import type { Endpoint } from './endpoints.ts';
import { openApiOf } from './openapi.ts';
import { docsPage, redocPage } from './pages.ts';

/** Draw with these scripts and styles, call this program, and nothing else. HTML from text passes the named policies. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default dompurify";
const redocPolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The routes of the documents. */
export function documentRoutes(endpoints: readonly Endpoint[]): Record<`GET /${string}`, Handler> {
  const document = openApiOf(endpoints);
  return {
    'GET /openapi.json': (c) => c.json(document),
    'GET /docs': (c) => c.html(docsPage(), 200, { 'content-security-policy': docsPolicy }),
    'GET /redoc': (c) => c.html(redocPage(document), 200, { 'content-security-policy': redocPolicy }),
    'GET /docs/draw.js': file(import.meta.resolve('./draw.js'), 'text/javascript'),
    'GET /docs/redoc.css': file(import.meta.resolve('./redoc.css'), 'text/css'),
    'GET /docs/swagger-ui.css': file(import.meta.resolve('swagger-ui-dist/swagger-ui.css'), 'text/css'),
    'GET /docs/swagger-ui-bundle.js': file(
      import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
      'text/javascript',
    ),
  };
}

/** Serves a file as it is; no name from outside ever becomes a path. */
const file =
  (place: string, mediaType: string): Handler =>
  async (c) =>
    c.body(await readFile(new URL(place)), 200, {
      'content-type': `${mediaType}; charset=utf-8`,
      'cache-control': 'max-age=3600',
    });
