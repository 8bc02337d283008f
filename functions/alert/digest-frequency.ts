/** How often an audience gets what is not reported on its own, in the configuration. */
import * as z from 'zod/mini';
import { DIGEST_FREQUENCIES } from '../contract/vocabulary.ts';

export const digestFrequency = z
  ._default(z.enum(DIGEST_FREQUENCIES), 'hourly')
  .check(
    z.describe(
      'How often what is not reported on its own comes, in a digest: each hour (what was accepted: each day), each day, or each week from Monday on, by UTC. HIGH and above, and a success after refusals, are always reported at once.',
    ),
  );
