import * as v from 'valibot';
import { fail } from '../domain/failures.ts';
import type { Asset } from '../pages/assets.ts';
import { acceptsGzip } from '../protocol/accept-encoding.ts';
import { matchesTag } from '../protocol/etag.ts';
import { openRoute } from './route.ts';

/**
 * `GET /assets/:name`: the files that our pages load. Names are looked up, never made into paths. Under the digest that
 * a page names, a file never changes; under another one it is asked for again each time.
 */
export const assetRoute = openRoute(
  {
    method: 'GET',
    path: '/assets/:name',
    subject: 'documentation',
    summary: 'A stylesheet, script or picture of our pages.',
    forgery: 'none',
    limits: ['none'],
    query: v.strictObject({
      v: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'This is not a digest.'))),
    }),
    answers: {
      200: { description: 'The file.', mediaType: '*/*' },
      304: { description: 'It is as it was under that ETag.' },
    },
    failures: ['not_found'],
  },
  async ({ parts, request, query, param }) => {
    const name = param('name');
    const found = (await ownAsset(name)) ?? (await parts.asset(name));
    if (!found) throw fail('not_found');
    const packed = acceptsGzip(request.headers.get('accept-encoding')) ? found.gzip : undefined;
    const headers = assetHeaders(found, query.v, packed !== undefined);
    if (matchesTag(request.headers.get('if-none-match'), headers.etag)) return { status: 304, headers };
    return { status: 200, content: packed ?? found.content, headers };
  },
);

async function ownAsset(name: string): Promise<Asset | undefined> {
  const { ownAssets } = await import('../pages/assets.ts');
  return new Map<string, Asset>(Object.entries(ownAssets)).get(name);
}

/** Each coding is a representation of its own, and has its own tag (RFC 9110 §8.8.3.3). */
const assetHeaders = ({ mediaType, digest }: Asset, asked: string | undefined, isPacked: boolean) => ({
  etag: isPacked ? `"${digest}-gzip"` : `"${digest}"`,
  ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
  vary: 'accept-encoding',
  'content-type': mediaType,
  'cache-control': asked === digest ? 'public, max-age=31536000, immutable' : 'no-cache',
  'cross-origin-resource-policy': 'same-origin',
});
