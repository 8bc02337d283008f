import type { DetectionLink } from './link.ts';

const MINUTES = 15;

/** Invocations that Lambda refused while none came through: the account, or the function, has no capacity for it. */
export const throttles: DetectionLink = {
  id: 'throttles',
  what: 'detect gets no capacity',
  needs: ['cloudwatch:GetMetricStatistics'],
  async examine({ chain, settings, signal, now }) {
    const { detectName } = settings;
    const of = (metric: string) =>
      chain.sum(
        { namespace: 'AWS/Lambda', metric, dimensions: { FunctionName: detectName }, minutes: MINUTES, until: now },
        signal,
      );
    const [refused, run] = await Promise.all([of('Throttles'), of('Invocations')]);
    if (refused === 0 || run > 0) return undefined;
    return {
      says: `Lambda refuses the invocations of ${detectName}, and has run none in the last ${MINUTES} minutes: the account or the function has no concurrency left.`,
      todo: 'Raise the quota of the account or the reserved concurrency of the function, and find out who uses it up.',
    };
  },
};
