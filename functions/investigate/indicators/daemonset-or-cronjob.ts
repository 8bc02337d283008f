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
      ...(daemonSets > 0 ? [`${daemonSets} DaemonSet${daemonSets > 1 ? 's' : ''} (a pod on every node)`] : []),
      ...(cronJobs > 0 ? [`${cronJobs} CronJob${cronJobs > 1 ? 's' : ''} (pods again and again)`] : []),
    ];
    return {
      reason: `It holds ${what.join(' and ')}.`,
      technique: daemonSets > 0 ? 'T1610' : 'T1053.007',
      check: 'workloads',
    };
  },
});
