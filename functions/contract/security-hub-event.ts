/** What *alert* hands to *securityhub*: a finding in AWS Security Finding Format (ASFF), but for what the receiver knows better. */
import * as z from 'zod/mini';
import { ID } from './ids.ts';
import { flag, object, open, type Read, text } from './read.ts';

export const securityHubEventSchema = object({
  /** Nothing is left to do about it: it is archived, and its workflow is resolved. */
  closes: flag,
  /** Without `ProductArn`, `AwsAccountId` and `UpdatedAt`. Every other field travels on. */
  finding: open({
    Id: z.string().check(z.regex(ID)),
    /** RFC 3339; absent where it is not known when the finding was made: the findings table knows. */
    CreatedAt: text,
  }),
});
export interface SecurityHubEvent extends Read<typeof securityHubEventSchema> {}
