import { narrowResources } from '../../protocol/oauth/resource.ts';
import type { Settings } from '../settings.ts';

/**
 * The resources that a client asks for, each of them an API that the operator has named (RFC 8707 §2). None stand for the
 * audience of the settings. Throws `invalid_target`.
 */
export const knownResources = (
  { audience, resources }: Pick<Settings, 'audience' | 'resources'>,
  asked: readonly string[],
): readonly string[] => (asked.length === 0 ? [] : narrowResources(asked, [audience, ...resources]));
