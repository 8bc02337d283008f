import { GetTransformerCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsCheck } from '../check.ts';
import { eachCluster, logGroupOf } from '../each-cluster.ts';

/** Whether the lines are rewritten: Logs Insights then finds other fields than the checks ask for. */
export const transformer: AwsCheck = {
  id: 'transformer',
  question: 'Are the lines of the log group rewritten by a transformer?',
  needs: ['logs:GetTransformer'],
  when: 'both',
  stopsDeployment: false,
  fix: 'our filters read the lines as they came; questions to the logs may find other fields: remove the transformer, or expect checks without an answer',
  run: (context) =>
    eachCluster(transformer, context, async (configured) => {
      const { view, signal } = context;
      const logGroupIdentifier = logGroupOf(configured);
      try {
        const { transformerConfig = [] } = await view.clients.logs.send(
          new GetTransformerCommand({ logGroupIdentifier }),
          { abortSignal: signal },
        );
        const kinds = transformerConfig.flatMap((processor) => Object.keys(processor));
        if (kinds.length > 0)
          return [{ status: 'note', says: `${logGroupIdentifier} has a transformer (${kinds.join(', ')}).` }];
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      return [{ status: 'ok', says: `${logGroupIdentifier} has no transformer of its own.` }];
    }),
};
