import { CANARY_LATE_MS } from '../../contract/canary.ts';
import type { DetectionLink } from './link.ts';

const instant = (at: number | undefined): string => (at === undefined ? 'never' : `at ${new Date(at).toISOString()}`);

/** Whether the cluster answers *watch* as it should. */
export const canarySent: DetectionLink = {
  id: 'reach',
  what: 'watch does not reach the cluster',
  needs: ['dynamodb:GetItem'],
  async examine({ cluster, canary: { sentAt }, watchedSince, now }) {
    if (now - Math.max(sentAt ?? 0, watchedSince) < CANARY_LATE_MS) return undefined;
    return {
      says: `The API server of ${cluster.name} does not answer the canary of watch as it should; the last one that it refused was sent ${instant(sentAt)}.`,
      todo: 'The log of watch says how it answers (a canary of the cluster, not handled). Check its endpoint and the networks that may reach it, the access entry of watch, and, where it lets watch create namespaces, who gave it that right.',
    };
  },
};

/** Whether the canaries arrive that were sent. Where they do not, another link says why; if none does, AWS does not show it. */
export const canaryArrives: DetectionLink = {
  id: 'canary',
  what: 'canaries do not arrive',
  needs: ['dynamodb:GetItem'],
  async examine({ cluster, canary: { sentAt, arrivedAt }, watchedSince, now }) {
    if (sentAt === undefined || now - sentAt > CANARY_LATE_MS) return undefined;
    if (now - Math.max(arrivedAt ?? 0, watchedSince) < CANARY_LATE_MS) return undefined;
    return {
      says: `Canaries of ${cluster.name} are sent and do not arrive in detect; the last one that did was sent ${instant(arrivedAt)}.`,
      todo: 'If this mail names another link, fix that one. Else see whether EKS delivers its log (the newest line in the log group) and whether detect fails (its log).',
    };
  },
};
