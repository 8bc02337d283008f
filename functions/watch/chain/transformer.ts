import type { DetectionLink } from './link.ts';

export const transformer: DetectionLink = {
  id: 'transformer',
  ofCentralGroups: true,
  what: 'the lines of the log are rewritten',
  needs: ['logs:GetTransformer'],
  async examine({ logGroup, chain, signal }) {
    if (!(await chain.hasTransformer(logGroup, signal))) return undefined;
    return {
      says: `${logGroup} has a transformer, which rewrites its lines: questions to the log may find nothing.`,
      todo: 'Remove the transformer, and find out in CloudTrail (PutTransformer) who made it.',
    };
  },
};
