import { accessEntry } from './access-entry.ts';
import { auditLogging } from './audit-logging.ts';
import { canaryArrives, canarySent } from './canary.ts';
import { clusterGone } from './cluster-gone.ts';
import { delivery } from './delivery.ts';
import { detectFunction } from './detect.ts';
import { filter } from './filter.ts';
import type { DetectionLink } from './link.ts';
import { logGroup } from './log-group.ts';
import { permission } from './permission.ts';
import { sameCluster } from './same-cluster.ts';
import { throttles } from './throttles.ts';
import { transformer } from './transformer.ts';

/** The chain from a cluster to *detect*, in the order in which an event goes along it. */
export const LINKS: readonly DetectionLink[] = [
  clusterGone,
  sameCluster,
  accessEntry,
  canarySent,
  auditLogging,
  logGroup,
  transformer,
  filter,
  permission,
  delivery,
  detectFunction,
  throttles,
  canaryArrives,
];
