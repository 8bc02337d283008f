/** How each check's evidence is shown. One without a row here is shown plainly. */

import type { Details } from '../../contract/evidence-details.ts';
import type { Evidence } from '../../contract/investigation.ts';
import type { Block } from '../../kit/blocks.ts';
import {
  accessChangesBlocks,
  ownerBlocks,
  permissionsBlocks,
  postureBlocks,
  principalBlocks,
  weaknessesBlocks,
} from './evidence-access.ts';
import { actorActivityBlocks, apiServerLogsBlocks, plainBlocks, refusedRequestsBlocks } from './evidence-activity.ts';
import {
  containerLogsBlocks,
  imagesBlocks,
  namespaceBlocks,
  networkBlocks,
  threatsBlocks,
  workloadsBlocks,
} from './evidence-namespace.ts';

const BLOCKS: { [K in keyof Details]-?: (details: NonNullable<Details[K]>) => Block[] } = {
  namespace: namespaceBlocks,
  principal: principalBlocks,
  permissions: permissionsBlocks,
  'access-changes': accessChangesBlocks,
  'actor-activity': actorActivityBlocks,
  'refused-requests': refusedRequestsBlocks,
  'api-server-logs': apiServerLogsBlocks,
  'container-logs': containerLogsBlocks,
  workloads: workloadsBlocks,
  images: imagesBlocks,
  network: networkBlocks,
  threats: threatsBlocks,
  'cluster-posture': postureBlocks,
  'cluster-weaknesses': weaknessesBlocks,
  owner: ownerBlocks,
};

/** @param all of the alert, as far as they could be read */
export function blocksOf({ check, status, details }: Evidence, all: Details): Block[] {
  if (status === 'not-checked' || details === undefined) return [];
  const show = Object.hasOwn(BLOCKS, check) ? BLOCKS[check as keyof Details] : undefined;
  const read = all[check as keyof Details];
  const blocks = show && read ? (show as (details: unknown) => Block[])(read) : [];
  return blocks.length > 0 ? blocks : plainBlocks(details);
}
