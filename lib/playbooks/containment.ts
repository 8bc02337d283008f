import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { decideMachine } from '../../functions/contain/machines/decide.ts';
import { releaseMachine } from '../../functions/contain/machines/release.ts';
import { GROUPS } from '../../functions/kubernetes/quarantine.ts';
import { inNetwork, mapNonEmpty, type NetworkGroup, type NonEmpty } from '../config/networks.ts';
import type { Queues } from '../storage/queues.ts';
import type { Topics } from '../storage/topics.ts';
import { ContainFunction } from './contain-function.ts';
import { DecideFunction } from './decide-function.ts';
import { Playbook } from './playbook.ts';
import { playbookArns } from './playbook-arns.ts';
import { PlaybookEnds } from './playbook-ends.ts';
import type { PlaybookFunctionProps } from './playbook-function.ts';
import { PlaybookPolicies } from './playbook-policies.ts';
import { ProbeFunction } from './probe-function.ts';
import { ReleaseFunction } from './release-function.ts';

export interface ContainmentProps extends PlaybookFunctionProps {
  readonly topics: Topics;
  readonly queues: Queues;
  /** From where the clusters are reached, and which. */
  readonly networks: NonEmpty<NetworkGroup<{ readonly name: string }>>;
}

/** What responds in one network. */
export interface Responders {
  readonly network: NetworkGroup<unknown>['network'];
  readonly clusterNames: readonly string[];
  readonly contain: ContainFunction;
  readonly probe: ProbeFunction;
  readonly release: ReleaseFunction;
  readonly playbooks: { readonly contain: Playbook; readonly release: Playbook };
}

/**
 * The playbooks, and the functions that are their steps: *contain* and *release* once for each network, *decide*, which talks
 * to AWS alone, once (docs/adr/0011).
 */
export class Containment extends Construct {
  readonly responders: NonEmpty<Responders>;
  readonly decide: DecideFunction;
  readonly decidePlaybook: Playbook;
  readonly policies: PlaybookPolicies;
  readonly ends: PlaybookEnds;

  constructor(scope: Construct, id: string, props: ContainmentProps) {
    super(scope, id);
    const { networks, options, logsDays } = props;
    const logGroup = new LogGroup(this, 'Transitions', {
      // Under this prefix a delivery takes no part of the account's resource policies, which are small and few.
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
      retention: logsDays as RetentionDays, // the enumeration's values are the days
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const questionSeconds = options.questionHours * 3600;

    this.responders = mapNonEmpty(networks, ({ network, clusters }): Responders => {
      const clusterNames = clusters.map(({ name }) => name);
      const executions = (['contain', 'release'] as const).map(
        (playbook) => playbookArns(this, playbook, network).executions,
      );
      const own = { ...props, network, clusterNames, executions };
      const contain = new ContainFunction(this, inNetwork('Contain', network), own);
      const probe = new ProbeFunction(this, inNetwork('Probe', network), own);
      const release = new ReleaseFunction(this, inNetwork('Release', network), own);
      const playbooks = {
        contain: new Playbook(this, inNetwork('ContainPlaybook', network), {
          playbook: 'contain',
          network,
          functions: { contain, probe },
          definition: (arns) => containMachine(arns, { questionSeconds }),
          logGroup,
        }),
        release: new Playbook(this, inNetwork('ReleasePlaybook', network), {
          playbook: 'release',
          network,
          functions: { release },
          definition: (arns) => releaseMachine(arns.release),
          logGroup,
        }),
      };
      return { network, clusterNames, contain, probe, release, playbooks };
    });

    this.decide = new DecideFunction(this, 'Decide', {
      ...props,
      playbooks: mapNonEmpty(this.responders, ({ playbooks, clusterNames }) => ({
        contain: playbooks.contain.machine.stateMachineArn,
        release: playbooks.release.machine.stateMachineArn,
        clusterNames,
      })),
      executions: this.responders.map(({ playbooks }) => playbooks.contain.executionsArn),
    });
    this.decidePlaybook = new Playbook(this, 'DecidePlaybook', {
      playbook: 'decide',
      functions: { decide: this.decide },
      definition: (arns) => decideMachine(arns.decide),
      logGroup,
    });
    this.ends = new PlaybookEnds(this, 'Ends', {
      playbooks: [
        ...this.responders.flatMap(({ playbooks }) => [playbooks.contain, playbooks.release]),
        this.decidePlaybook,
      ],
      topics: props.topics,
      queues: props.queues,
    });
    this.policies = new PlaybookPolicies(this, 'Policies', {
      containment: this.responders.flatMap(({ playbooks }) => [playbooks.contain, playbooks.release]),
      decide: this.decidePlaybook,
    });
  }

  /** Who is let into a cluster, by Kubernetes group. */
  membersFor(clusterName: string): Readonly<Record<string, Role>> {
    const own = this.responders.find(({ clusterNames }) => clusterNames.includes(clusterName));
    const { contain, probe, release } = own ?? this.responders[0];
    return { [GROUPS.contain]: contain.role, [GROUPS.probe]: probe.role, [GROUPS.release]: release.role };
  }
}
