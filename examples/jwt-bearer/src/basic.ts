/** HTTP Basic (RFC 7617): an e-mail address and a password in one header. */

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What a header claims; undefined when it is none of this kind. A password may contain colons, an address may not. */
export function parseBasic(header = ''): { identifier: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const pair = encoded === undefined ? undefined : decode(encoded);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) return undefined;
  return { identifier: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function decode(base64: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}
