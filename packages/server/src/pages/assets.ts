/**
 * The files that our pages load, each a text constant under a name of its own. A page names a file together with its
 * digest, so that browsers may keep it for ever and still get the next version.
 */
import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { accountStyle } from './account.css.ts';
import { formPostScript } from './authorize/form-post-script.ts';
import { passkeyScript } from './authorize/passkey-script.ts';
import { devStyle } from './dev/style.css.ts';
import { docsStyle } from './docs/docs.css.ts';
import { docsScript } from './docs/docs-script.ts';
import { enhanceScript } from './enhance-script.ts';
import { icon } from './icon.svg.ts';
import { style } from './style.css.ts';

/** A file that is served as it is. */
export interface Asset {
  readonly content: string | Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  /** Changes with the content; letters of base64url. */
  readonly digest: string;
  /** The same, smaller (RFC 1952); undefined where it would not be. Everybody may read it, so its length tells nothing. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
}

/** Bytes above which nothing is packed: it would take so long that others waited. */
const packable = 65_536;

/** Makes an asset of a content. */
export function asset(content: Asset['content'], mediaType: string): Asset {
  const gzip = content.length > packable ? undefined : new Uint8Array(gzipSync(content));
  return {
    content,
    mediaType,
    digest: hash('sha256', content, 'base64url').slice(0, 22),
    gzip: gzip && gzip.byteLength < content.length ? gzip : undefined,
  };
}

/** Our own files by name. */
export const ownAssets = {
  'style.css': asset(style, 'text/css; charset=utf-8'),
  'account.css': asset(accountStyle, 'text/css; charset=utf-8'),
  'dev.css': asset(devStyle, 'text/css; charset=utf-8'),
  'docs.css': asset(docsStyle, 'text/css; charset=utf-8'),
  'docs.js': asset(docsScript, 'text/javascript; charset=utf-8'),
  'enhance.js': asset(enhanceScript, 'text/javascript; charset=utf-8'),
  'form-post.js': asset(formPostScript, 'text/javascript; charset=utf-8'),
  'passkey.js': asset(passkeyScript, 'text/javascript; charset=utf-8'),
  'icon.svg': asset(icon, 'image/svg+xml'),
} as const satisfies Record<string, Asset>;

/** Where a page finds one of our own files. */
export const assetPath = (name: keyof typeof ownAssets): string => pathOf(name, ownAssets[name]);

/** Where a page finds a file. */
export const pathOf = (name: string, { digest }: Asset): string => `/assets/${name}?v=${digest}`;
