import { paginateListClusters } from '@aws-sdk/client-eks';
import { command } from '../../../../../functions/contract/commands/command.ts';
import { counted, listed } from '../../../../../functions/kit/words.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import { CONTAINED_NEEDS, type Contained, containedNamespaces, inWords } from '../contained.ts';
import { type ReleaseSide, releaseCommands, releaseSides, sidesLetInto } from '../release-side.ts';

/**
 * Whether a cluster may be taken out of the configuration, or put back. A namespace that is quarantined in it could be released
 * no longer by whoever deploys without looking: the access entry of *release* stays (docs/adr/0029), and in the way of a cluster
 * that comes back.
 */
export const takenOut: AwsCheck = {
  id: 'taken-out',
  question:
    'Is every cluster that the configuration does not name free of quarantined namespaces and of our access entries?',
  needs: [...CONTAINED_NEEDS, 'eks:DescribeAccessEntry', 'eks:ListClusters'],
  when: 'after',
  stopsDeployment: true,
  fix: 'release what is quarantined there first, or put the cluster back into the configuration',
  async run(context) {
    const outputs = (await context.view.outputs()) ?? new Map<string, string>();
    const deployed = clustersIn(outputs.get('SubscriptionFilters'));
    if (!deployed)
      return [
        {
          status: 'not-checked',
          says: 'The stack has no output SubscriptionFilters, so it is not known for which clusters it was deployed.',
          todo: 'deploy the configuration',
        },
      ];
    const configured = context.config.clusters.map(({ name }) => name);
    const contained = await containedNamespaces(context);
    const sides = releaseSides(outputs);
    const names = [
      ...new Set([...deployed, ...(await liveClusters(context)), ...contained.map((each) => each.cluster)]),
    ];
    const answers: Answer[] = [];
    for (const name of names.filter((each) => !configured.includes(each))) {
      const inIt = contained.filter(({ cluster }) => cluster === name);
      const open = await sidesLetInto(context, name, sides);
      if (deployed.includes(name)) answers.push(...leaving(name, inIt, open[0] ?? sides[0], context));
      else answers.push(...left(name, inIt, open, context));
    }
    for (const { name, accessEntries } of context.config.clusters)
      if (accessEntries && !deployed.includes(name))
        answers.push(...(await sidesLetInto(context, name, sides)).map((side) => comingBack(name, side, context)));
    const wrong = answers.filter(({ status }) => status !== 'ok');
    return wrong.length > 0 ? wrong : [{ status: 'ok', says: `Nothing but ${listed(configured, 5)} is ours.` }];
  },
};

/** A deployment of this configuration would take it out. */
function leaving(
  name: string,
  contained: readonly Contained[],
  side: ReleaseSide | undefined,
  context: AwsContext,
): Answer[] {
  if (contained.length === 0) return [];
  return [
    {
      status: 'failed',
      says: `${name} is to be taken out of the configuration, and ${counted(contained.length, 'namespace')} in it ${contained.length === 1 ? 'is' : 'are'} quarantined: ${listed(contained.map(inWords), 10)}.`,
      todo: `leave ${name} in the configuration until release has given ${contained.length === 1 ? 'it' : 'them'} back (of one that was deleted instead, tag the snapshot: docs/evidence.md, "How long evidence is kept")`,
      fix: contained.flatMap((each) => releaseCommands(each, side, context)),
    },
  ];
}

/** It was taken out before. */
function left(
  name: string,
  contained: readonly Contained[],
  sides: readonly ReleaseSide[],
  context: AwsContext,
): Answer[] {
  const removal = sides.map(({ role }) =>
    command('aws eks delete-access-entry', [], {
      '--region': context.region,
      '--cluster-name': name,
      '--principal-arn': role,
    }),
  );
  const [side] = sides;
  if (contained.length === 0)
    return side
      ? [
          {
            status: 'note',
            stopsDeployment: false,
            says: `${name} is not in the configuration, and still lets the role of release in. Nothing is quarantined there, so that nobody needs it.`,
            todo: 'take the access entry away',
            fix: removal,
          },
        ]
      : [];
  const says = `${name} is not in the configuration, and ${counted(contained.length, 'namespace')} in it ${contained.length === 1 ? 'is' : 'are'} still quarantined: ${listed(contained.map(inWords), 10)}.`;
  return [
    side
      ? {
          status: 'failed',
          stopsDeployment: false,
          says: `${says} Its access entry for release is still there.`,
          todo: 'start release, then take the access entry away',
          fix: [...contained.flatMap((each) => releaseCommands(each, side, context)), ...removal],
        }
      : {
          status: 'failed',
          stopsDeployment: false,
          says: `${says} No access entry lets a role of the stack in to release anything (what aws-auth says is not seen from here).`,
          todo: 'put the cluster back into the configuration, deploy and release, or release from your own machine (docs/uninstall.md, "Taking a cluster out")',
        },
  ];
}

/** It is to be deployed for again, and CloudFormation does not take over an access entry that is there. */
const comingBack = (name: string, { role }: ReleaseSide, { region }: AwsContext): Answer => ({
  status: 'failed',
  says: `${name} is put into the configuration, and lets ${role} in already, from before: the deployment would fail at making that access entry.`,
  todo: 'take the access entry away; the deployment makes it again',
  fix: [
    command('aws eks delete-access-entry', [], { '--region': region, '--cluster-name': name, '--principal-arn': role }),
  ],
});

/** The names of the clusters for which the stack was deployed; undefined where it does not say. */
function clustersIn(output: string | undefined): string[] | undefined {
  try {
    return output === undefined ? undefined : Object.keys(JSON.parse(output));
  } catch {
    return undefined;
  }
}

async function liveClusters({ view: { clients }, signal }: AwsContext): Promise<string[]> {
  const names: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client: clients.eks }, {}, { abortSignal: signal }))
    names.push(...clusters);
  return names;
}
