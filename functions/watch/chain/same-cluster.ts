import type { DetectionLink } from './link.ts';

/** A cluster that was made again under its name has another kube-system. Access entries and manifests of the former are gone. */
export const sameCluster: DetectionLink = {
  id: 'same-cluster',
  what: 'the cluster was made again under its name',
  needs: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  async examine({ cluster, canary: { clusterUid, seenUid } }) {
    if (clusterUid === undefined || seenUid === undefined || clusterUid === seenUid) return undefined;
    return {
      says: `${cluster.name} is another cluster than before: its namespace kube-system has the UID ${seenUid}, and had ${clusterUid}.`,
      todo: 'Deploy, apply the manifests (kubectl apply -k cluster/) and run sentinel preflight, which names what the new one lacks.',
    };
  },
  async settle({ cluster, canary: { seenUid }, canaries }) {
    if (seenUid !== undefined) await canaries.know(cluster, seenUid);
  },
};
