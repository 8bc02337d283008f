/** How the pods of a removal ended, as far as it was seen: written by the step that removes, read by the proof. */
import * as z from 'zod/mini';
import { flag, list, object, otherwise, type Read, text } from './read.ts';

const podEndSchema = object({
  name: z.string(),
  uid: z.string(),
  node: z.string(),
  /** Of the node when the pod was seen first: another one shows that the node has started again since. */
  bootId: text,
  /**
   * - `running`, `ending`: still there.
   * - `ended`: there, with all its containers ended, as its kubelet says.
   * - `gone`: no longer there.
   * - `unseen`: gone before the removal looked.
   */
  seen: z.enum(['running', 'ending', 'ended', 'gone', 'unseen']),
  /** Whether it was, or can only be, deleted with time for its kubelet: then the object goes by the kubelet's word. */
  graceful: flag,
  /** Why its object says nothing of its containers, as a part of a sentence. */
  forced: text,
  /** Whether its node answered when it was found to be gone. */
  nodeAnswered: flag,
});
export interface PodEnd extends Read<typeof podEndSchema> {}
export const podEndsSchema = otherwise(list(podEndSchema), []);
