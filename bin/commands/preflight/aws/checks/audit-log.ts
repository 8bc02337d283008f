import { command } from '../../../../../functions/contract/commands/command.ts';
import type { AwsCheck } from '../check.ts';
import { eachLiveCluster } from '../each-cluster.ts';

const AUDIT_ON = JSON.stringify({ clusterLogging: [{ types: ['audit'], enabled: true }] });

/** Whether EKS writes the audit log: without it nothing is noticed. */
export const auditLog: AwsCheck = {
  id: 'audit-log',
  question: 'Is the audit log on?',
  needs: ['eks:DescribeCluster'],
  when: 'both',
  stopsDeployment: true,
  fix: 'switch the audit log on; CloudWatch Logs bills what it takes in',
  run: (context) =>
    eachLiveCluster(auditLog, context, ({ logging }, { name }) => {
      const on = (logging?.clusterLogging ?? []).some(({ enabled, types }) => enabled && types?.includes('audit'));
      if (on) return [{ status: 'ok', says: 'The audit log is on.' }];
      const fix = [
        command('aws eks update-cluster-config', [], {
          '--region': context.region,
          '--name': name,
          '--logging': AUDIT_ON,
        }),
      ];
      return [{ status: 'failed', says: 'The audit log is off, so nothing would be noticed.', fix }];
    }),
};
