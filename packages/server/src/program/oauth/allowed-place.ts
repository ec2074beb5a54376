/** Whether the host and port of a URL are among the places of `outgoingAllow`. */
export const isAllowedPlace = (url: URL | null, outgoingAllow: readonly string[]): boolean =>
  url !== null &&
  outgoingAllow.includes(`${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`);
