import { command } from '../../../../../functions/contract/commands/command.ts';
import type { AwsCheck } from '../check.ts';
import { eachLiveCluster } from '../each-cluster.ts';

const BOTH = JSON.stringify({ authenticationMode: 'API_AND_CONFIG_MAP' });

/** Whether the cluster lets the functions in, in the way that the configuration says. */
export const authenticationMode: AwsCheck = {
  id: 'authentication-mode',
  question: 'Does the authentication mode fit accessEntries of the configuration?',
  needs: ['eks:DescribeCluster'],
  when: 'both',
  stopsDeployment: true,
  fix: 'change the mode (it cannot be changed back), or accessEntries in the configuration',
  run: (context) =>
    eachLiveCluster(authenticationMode, context, ({ accessConfig }, { name, accessEntries }) => {
      // EKS leaves it out of clusters that are older than the setting: they have the ConfigMap alone.
      const mode = accessConfig?.authenticationMode ?? 'CONFIG_MAP';
      if (accessEntries && mode === 'CONFIG_MAP') {
        const fix = [
          command('aws eks update-cluster-config', [], {
            '--region': context.region,
            '--name': name,
            '--access-config': BOTH,
          }),
        ];
        return [
          { status: 'failed', says: 'Its authentication mode is CONFIG_MAP, which refuses access entries.', fix },
        ];
      }
      if (!accessEntries && mode === 'API')
        return [
          {
            status: 'failed',
            says: 'Its authentication mode is API, so aws-auth has no effect; accessEntries is false, so nothing lets the functions in.',
            todo: 'take accessEntries out of the configuration',
          },
        ];
      if (!accessEntries)
        return [
          {
            status: 'note',
            says: `Its authentication mode is ${mode}; the functions come in by aws-auth, which only the cluster can show.`,
            todo: 'append the output AwsAuthMapRoles of the stack to mapRoles in the ConfigMap aws-auth',
          },
        ];
      return [{ status: 'ok', says: `Its authentication mode is ${mode}.` }];
    }),
};
