import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DECIDE_FILES } from '../../functions/contract/evidence-keys.ts';
import type { NonEmpty } from '../config/networks.ts';
import { type PlaybookRoute, releaseEnvironment } from '../config/playbook-environment.ts';
import { ofRuns } from '../storage/evidence-bucket.ts';
import { allowAskingAbout } from './playbook.ts';
import { PlaybookFunction, type PlaybookFunctionProps } from './playbook-function.ts';

export interface DecideProps extends PlaybookFunctionProps {
  /** The playbooks that it may answer, and those that it offers. */
  readonly playbooks: NonEmpty<PlaybookRoute>;
  /** ARNs of the executions that may wait for an answer. */
  readonly executions: readonly string[];
}

/** Takes a person's decision. Its role alone may send task results, so the token alone answers nothing. */
export class DecideFunction extends PlaybookFunction {
  constructor(scope: Construct, id: string, props: DecideProps) {
    const { table, bucket, alert, playbooks, executions } = props;
    const description = 'Namespace Sentinel: takes a decision about a finding or an open question';
    const environment = releaseEnvironment(playbooks);
    super(scope, id, { name: 'decide', description, environment }, props);
    table.allowDeciding(this.role);
    bucket.allowAdding(this.role, ...ofRuns(DECIDE_FILES));
    bucket.allowListing(this.role);
    alert.allowInvocationBy(this.role);
    // An answer whose receipt was lost: whether it has arrived is seen by what the execution does.
    allowAskingAbout(this.role, ...executions);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['states:SendTaskSuccess'], resources: playbooks.map(({ contain }) => contain) }),
    );
  }
}
