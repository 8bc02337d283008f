import { paginateListCapabilities } from '@aws-sdk/client-eks';
import type { Answer, AwsCheck } from '../check.ts';
import { eachCluster } from '../each-cluster.ts';

/** What EKS runs for a cluster from outside: it goes on while a namespace is contained. */
export const capabilities: AwsCheck = {
  id: 'capabilities',
  question: 'Does EKS run something for the cluster from outside (managed Argo CD, ACK, kro)?',
  needs: ['eks:ListCapabilities'],
  when: 'both',
  stopsDeployment: false,
  fix: 'nothing, as long as you know it: contain names it again with what stops it, and the freeze refuses it in a contained namespace',
  run: (context) =>
    eachCluster(capabilities, context, async ({ name: clusterName }): Promise<Answer[]> => {
      const { view, signal } = context;
      const found: string[] = [];
      const pages = paginateListCapabilities({ client: view.clients.eks }, { clusterName }, { abortSignal: signal });
      for await (const page of pages)
        found.push(
          ...(page.capabilities ?? []).map(
            ({ capabilityName, type, status }) => `${capabilityName} (${type}, ${status})`,
          ),
        );
      if (found.length === 0) return [{ status: 'ok', says: 'It has no capability of EKS.' }];
      return [{ status: 'note', says: `EKS runs for it, from outside: ${found.join(', ')}.` }];
    }),
};
