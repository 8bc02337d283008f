import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { record, text } from '../../kit/json.ts';
import type { PlaybookRun } from '../framework/step.ts';
import { tagsOf } from './nodes.ts';

/** Where a claim's data is. */
export interface ClaimedVolume {
  claim: string;
  uid: string;
  volume?: string;
  driver?: string;
  /** As its driver knows it: the id of an EBS volume, or of a file system. */
  handle?: string;
}

/** @param volume the PersistentVolume that the claim names */
export function claimedVolume(claim: KubernetesObject, volume: KubernetesObject | undefined): ClaimedVolume {
  const { name = '', uid = '' } = claim.metadata;
  const spec = record(volume?.['spec']);
  // A claim may name any volume; it has the one that names it.
  if (!volume || record(spec['claimRef'])['uid'] !== uid) return { claim: name, uid };
  const csi = record(spec['csi']);
  const driver = text(csi['driver']) ?? (spec['awsElasticBlockStore'] ? 'kubernetes.io/aws-ebs' : undefined);
  const handle = text(csi['volumeHandle']) ?? text(record(spec['awsElasticBlockStore'])['volumeID'])?.split('/').pop();
  return {
    claim: name,
    uid,
    volume: volume.metadata.name ?? '',
    ...defined({ driver: driver || undefined, handle: handle || undefined }),
  };
}

/** A snapshot of a volume is nothing that we make: it costs, and is EC2's. */
export function snapshotProposal(volumes: readonly ClaimedVolume[], run: PlaybookRun): Proposal[] {
  const { cluster, namespace } = run.target;
  const ids = [
    ...new Set(volumes.flatMap(({ handle }) => (handle && /^vol-[0-9a-f]{8,17}$/.test(handle) ? handle : []))),
  ];
  if (ids.length === 0) return [];
  return [
    {
      text: `The pods are isolated but still running, and their volumes are unchanged: take a snapshot of each (${ids.length}).`,
      commands: ids.map((id) =>
        command('aws ec2 create-snapshot', [], {
          '--region': cluster.region,
          '--volume-id': id,
          '--description': `Evidence of namespace ${namespace}`,
          '--tag-specifications': tagsOf(run, 'snapshot'),
        }),
      ),
    },
  ];
}
