import type { Construct } from 'constructs';
import { PROBE_FILES } from '../../functions/contract/evidence-keys.ts';
import { allowAskingAuditLogs } from '../pipeline/investigate-permissions.ts';
import { ofRuns } from '../storage/evidence-bucket.ts';
import { PlaybookFunction, type ResponderProps } from './playbook-function.ts';

/** Verifies, as another identity than the one that acted: what *contain* says of itself proves nothing. */
export class ProbeFunction extends PlaybookFunction {
  constructor(scope: Construct, id: string, props: ResponderProps) {
    const { bucket, network, clusterNames } = props;
    const description = 'Namespace Sentinel: proves that a namespace is isolated';
    super(scope, id, { name: 'probe', description, network }, props);
    this.reach(clusterNames);
    this.seeAssociations(clusterNames); // one that is left is what it has to find
    allowAskingAuditLogs(this.role, clusterNames); // whose sessions are open shows nowhere else
    bucket.allowAdding(this.role, ...ofRuns(PROBE_FILES));
    bucket.allowReading(this.role, ...ofRuns(['steps/*.json']), 'snapshots/*');
  }
}
