/** What *watch* keeps of the chain from a cluster to *detect*. */
import * as z from 'zod/mini';

const broken = z.object({ since: z.number(), says: z.string() });

/** What was found broken in the chain of a cluster, and told. */
export const chainStateSchema = z.object({
  /** When it was examined first. In epoch milliseconds. */
  watchedSince: z.number(),
  /** By the link's id: since when it was seen broken, in epoch milliseconds, and what was told about it. */
  broken: z.record(z.string(), broken),
});

export type ChainState = z.infer<typeof chainStateSchema>;
