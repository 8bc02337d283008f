import type { Digest } from '../../contract/digest-message.ts';
import { fit } from '../../contract/sizes.ts';
import type { Places } from '../destinations/destination.ts';

const KEEP = ['schemaVersion', 'kind', 'id', 'cluster', 'from', 'until', 'total', 'others', 'archive'];

/** @param maxBytes of JSON text */
export const fitDigest = (digest: Digest & Places, maxBytes: number): Digest & Places =>
  fit(digest, maxBytes, KEEP).value;
