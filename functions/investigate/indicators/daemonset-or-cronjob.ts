import { counted } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** Reaches every node, or comes back by itself. Agents and applications have them as well. */
export const daemonSetOrCronJob = defineRule({
  id: 'daemonset-or-cronjob',
  kind: 'commonplace',
  weight: 20,
  shownBy: ['workloads'],
  judge(_, details) {
    const { daemonSets = 0, cronJobs = 0 } = details.workloads ?? {};
    if (daemonSets + cronJobs === 0) return undefined;
    const what = [
      ...(daemonSets > 0 ? [`${counted(daemonSets, 'DaemonSet')} (a pod on every node)`] : []),
      ...(cronJobs > 0 ? [`${counted(cronJobs, 'CronJob')} (pods again and again)`] : []),
    ];
    return {
      reason: `It holds ${what.join(' and ')}.`,
      technique: daemonSets > 0 ? 'T1610' : 'T1053.007',
      check: 'workloads',
    };
  },
});
