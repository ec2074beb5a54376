/** What is known of the large providers, so that an operator need not look it up. */

/** What a preset says of a provider. */
export interface Preset {
  readonly title: string;
  readonly issuer: string;
  /** Whether the provider may stand at another address: in somebody's own house, or for one tenant alone. */
  readonly movable: boolean;
  readonly scopes: readonly string[];
  /** `github` speaks OAuth alone and has an API of its own for who somebody is. */
  readonly kind: 'openid' | 'github';
  /** Apple answers by a form when a name or an address is asked for. */
  readonly responseMode: 'query' | 'form_post';
  /** Apple also says `"true"` where the standard wants true. */
  readonly verifiedAsText: boolean;
}

const openid = {
  movable: false,
  scopes: ['openid', 'profile', 'email'],
  kind: 'openid',
  responseMode: 'query',
  verifiedAsText: false,
} as const;

/** The presets, by name. */
export const presets = {
  google: { ...openid, title: 'Google', issuer: 'https://accounts.google.com' },
  microsoft: {
    ...openid,
    title: 'Microsoft',
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    movable: true,
  },
  apple: {
    ...openid,
    title: 'Apple',
    issuer: 'https://appleid.apple.com',
    scopes: ['openid', 'name', 'email'],
    responseMode: 'form_post',
    verifiedAsText: true,
  },
  gitlab: { ...openid, title: 'GitLab', issuer: 'https://gitlab.com', movable: true },
  github: {
    ...openid,
    title: 'GitHub',
    issuer: 'https://github.com/login/oauth',
    movable: true,
    scopes: ['read:user', 'user:email'],
    kind: 'github',
  },
} as const satisfies Readonly<Record<string, Preset>>;

/** What holds for any provider of OpenID Connect that is told by its issuer. */
export const plainOpenId: Omit<Preset, 'title' | 'issuer'> = { ...openid, movable: true };

/** The name of a preset. */
export type PresetName = keyof typeof presets;

/** The names of all presets. */
export const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]];
