import type { Audiences } from '../../functions/contract/digest-audiences.ts';

/** What *detect* and *alert* are told about who gets which digest: nothing where everybody gets that of the hour. */
export const audiencesEnvironment = (audiences: Audiences | undefined): Record<string, string> =>
  audiences ? { DIGEST_AUDIENCES: JSON.stringify(audiences) } : {};
