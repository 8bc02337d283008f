import { counted, firstOf, listed } from '../../kit/words.ts';
import { type DetailsOf, defineRule, inBrief } from '../rule.ts';
import { POD_CHECKS } from './parts/pod-signs.ts';

/** Reaches every node, or comes back by itself. Agents and applications have them as well. */
export const daemonSetOrCronJob = defineRule({
  id: 'daemonset-or-cronjob',
  kind: 'commonplace',
  weight: 20,
  why: 'It reaches every node or comes back by itself, but agents and applications have them as well.',
  shownBy: POD_CHECKS,
  judge(_, details) {
    const { daemonSets = 0, cronJobs = 0 } = details.workloads ?? {};
    if (daemonSets + cronJobs === 0) return byLog(details);
    const what = [
      ...(daemonSets > 0 ? [`${counted(daemonSets, 'DaemonSet')} (a pod on every node)`] : []),
      ...(cronJobs > 0 ? [`${counted(cronJobs, 'CronJob')} (keeps starting pods)`] : []),
    ];
    return {
      ...inBrief(`The namespace contains ${what.join(' and ')}.`),
      technique: daemonSets > 0 ? 'T1610' : 'T1053.007',
      check: 'workloads',
    };
  },
});

/** Those that are gone again, or could not be listed. */
function byLog({ 'namespace-activity': { signs = [] } = {} }: DetailsOf<'namespace-activity'>) {
  const made = signs.filter(({ sign }) => sign === 'daemonset' || sign === 'cronjob');
  if (made.length === 0) return undefined;
  return {
    reason: `According to the audit log, the namespace contained ${listed(made.map(({ on }) => on))}.`,
    brief: `According to the audit log, the namespace contained ${firstOf(made.map(({ on }) => on))}.`,
    technique: made.some(({ sign }) => sign === 'daemonset') ? 'T1610' : 'T1053.007',
    check: 'namespace-activity' as const,
  };
}
