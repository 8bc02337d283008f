import { paginateDescribeClusterVersions, VersionStatus } from '@aws-sdk/client-eks';
import { WITH_POLICIES } from '../../checks/api-server.ts';
import type { Answer, AwsCheck } from '../check.ts';
import { eachLiveCluster } from '../each-cluster.ts';

/** Whether EKS still supports the version of Kubernetes, by what EKS itself says, and whether it knows what the freeze is made of. */
export const clusterVersion: AwsCheck = {
  id: 'cluster-version',
  question: 'Is the version of Kubernetes supported, and new enough for admission policies?',
  needs: ['eks:DescribeCluster', 'eks:DescribeClusterVersions'],
  when: 'both',
  stopsDeployment: false,
  fix: 'upgrade the cluster (EKS user guide, "Update existing cluster to new Kubernetes version")',
  async run(context) {
    const { view, signal } = context;
    let known: Promise<Map<string, string>> | undefined;
    return eachLiveCluster(clusterVersion, context, async ({ version = '' }): Promise<Answer[]> => {
      known ??= statuses(view.clients.eks, signal);
      const status = (await known).get(version);
      const says = `It is Kubernetes ${version}`;
      const [major, minor] = version.split('.').map(Number);
      if (major === 1 && Number(minor) < WITH_POLICIES)
        return [
          {
            status: 'failed',
            says: `${says}: the freeze consists of admission policies, which need 1.${WITH_POLICIES}.`,
          },
        ];
      if (status === VersionStatus.STANDARD_SUPPORT) return [{ status: 'ok', says: `${says}, in standard support.` }];
      if (status === VersionStatus.EXTENDED_SUPPORT)
        return [{ status: 'note', says: `${says}, in extended support, which costs more.` }];
      if (status === VersionStatus.UNSUPPORTED)
        return [{ status: 'failed', says: `${says}, which EKS does not support any more.` }];
      return [{ status: 'not-checked', says: `${says}; EKS does not say whether it is supported.` }];
    });
  },
};

async function statuses(
  client: Parameters<typeof paginateDescribeClusterVersions>[0]['client'],
  abortSignal: AbortSignal,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const page of paginateDescribeClusterVersions({ client }, { includeAll: true }, { abortSignal }))
    for (const { clusterVersion: version = '', versionStatus = '' } of page.clusterVersions ?? [])
      found.set(version, versionStatus);
  return found;
}
