import type { Construct } from 'constructs';
import { RELEASE_FILES } from '../../functions/contract/evidence-keys.ts';
import { ofRuns } from '../storage/evidence-bucket.ts';
import { allowAskingAbout } from './playbook.ts';
import { PlaybookFunction, type ResponderProps } from './playbook-function.ts';

/** Gives a contained namespace back what it had. Changes nothing in AWS: what lives there is a proposal to a person. */
export class ReleaseFunction extends PlaybookFunction {
  constructor(scope: Construct, id: string, props: ResponderProps) {
    const { table, bucket, alert, network, executions } = props;
    const description = 'Namespace Sentinel: restores a contained namespace from its snapshot';
    super(scope, id, { name: 'release', description, network }, props);
    this.reachAny();
    table.allowFinding(this.role);
    table.allowLeasing(this.role);
    table.allowConfirmingSnapshots(this.role);
    bucket.allowAdding(this.role, ...ofRuns(RELEASE_FILES), 'releases/*');
    bucket.allowReading(
      this.role,
      ...ofRuns(['steps/*.json', 'deletions/*.json', 'report.json']),
      'snapshots/*',
      'releases/*',
      'alerts/*',
    );
    bucket.allowMarkingReleased(this.role);
    alert.allowInvocationBy(this.role);
    allowAskingAbout(this.role, ...executions);
  }
}
