/**
 * How strongly it was proven who this is (OpenID Connect Core §2, `acr`): the one list of what we can state.
 */

/** One factor was proven; every sign-in of ours proves as much, and none proves more. */
const oneFactor = 'urn:doorward:acr:one-factor';

/** All that we can state, the strongest first. */
export const acrValues = [oneFactor] as const;

/** The `acr` of a session. */
export const acrOf = (): string => oneFactor;
