/**
 * The grant: what an account has allowed a client, remembered so that nobody is asked twice.
 */

/** A remembered consent. Times are milliseconds since 1970. */
export interface Grant {
  readonly accountId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** RFC 8707. */
  readonly resources: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is asked for. */
export type GrantRequest = Pick<Grant, 'scopes' | 'resources'>;

/** Whether nobody needs to be asked: everything was allowed before. */
export const covers = (grant: GrantRequest | undefined, { scopes, resources }: GrantRequest): boolean =>
  grant !== undefined &&
  scopes.every((scope) => grant.scopes.includes(scope)) &&
  resources.every((resource) => grant.resources.includes(resource));

/** What is allowed after both: consent adds and takes nothing away. Sorted. */
export const widened = (grant: GrantRequest | undefined, more: GrantRequest): GrantRequest => ({
  scopes: union(grant?.scopes, more.scopes),
  resources: union(grant?.resources, more.resources),
});

const union = (before: readonly string[] = [], more: readonly string[]): string[] =>
  [...new Set([...before, ...more])].sort();
