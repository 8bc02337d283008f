import type { Answer, AwsCheck } from '../../aws/check.ts';
import { CONTAINED_NEEDS, containedIn, inWords } from '../../aws/contained.ts';
import { releaseCommands, releaseSides, sidesLetInto } from '../../aws/release-side.ts';
import { DELETED_NEEDS, keptName, STACK_NEEDS, stackState } from '../stack-state.ts';

/** What waits for its release, of every cluster: without the stack nobody but an administrator of the cluster gives it back. */
export const contained: AwsCheck = {
  id: 'contained',
  question: 'Is everything released that was contained?',
  needs: [
    ...new Set([
      ...CONTAINED_NEEDS,
      ...STACK_NEEDS,
      ...DELETED_NEEDS,
      'eks:DescribeAccessEntry' as const,
      'eks:DescribeCluster' as const,
    ]),
  ],
  when: 'both',
  stopsDeployment: false,
  fix: 'release it, and look at it before: what made it suspicious can run again. Or leave it as it is, and keep the policies of the cluster',
  async run(context) {
    const { view } = context;
    const bucket = keptName(await stackState(context), 'AWS::S3::Bucket');
    if (bucket === undefined) return [{ status: 'ok', says: 'There is no evidence bucket that could tell.' }];
    const waiting = await containedIn(context, bucket).catch((error: Error) => {
      if (error.name === 'NoSuchBucket') return [];
      throw error;
    });
    const outputs = await view.outputs();
    const sides = outputs ? releaseSides(outputs) : [];
    const answers: Answer[] = [];
    for (const each of waiting) {
      const { cluster } = each;
      if (!(await view.cluster(cluster)))
        answers.push({
          status: 'note',
          says: `${cluster}: ${inWords(each)} was contained, and the cluster is gone. Its snapshot is kept.`,
          todo: 'tag the snapshot where nobody needs it any more (docs/evidence.md, "How long evidence is kept")',
        });
      else
        answers.push({
          status: 'failed',
          says: `${cluster}: ${inWords(each)} is contained, as far as the evidence bucket knows.`,
          ...(outputs
            ? { fix: releaseCommands(each, (await sidesLetInto(context, cluster, sides))[0] ?? sides[0], context) }
            : { todo: 'release it from your own machine (docs/uninstall.md, "Taking a cluster out")' }),
        });
    }
    return answers.length > 0 ? answers : [{ status: 'ok', says: 'Nothing waits for its release.' }];
  },
};
