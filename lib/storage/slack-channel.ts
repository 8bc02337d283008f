import { Stack } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface SlackChannelProps {
  /** Slack workspace, authorised in the Amazon Q Developer console. */
  readonly workspaceId: string;
  /** Slack channel. */
  readonly channelId: string;
  /** What is shown in the channel. */
  readonly topic: ITopic;
}

/**
 * Shows the chat topic in a Slack channel. The channel is for reading only: its role may do nothing, and the guardrail
 * denies everything (without one, the service applies AdministratorAccess).
 */
export class SlackChannel extends Construct {
  constructor(scope: Construct, id: string, { workspaceId, channelId, topic }: SlackChannelProps) {
    super(scope, id);
    new SlackChannelConfiguration(this, 'Channel', {
      // These names are of the account, not of a Region.
      slackChannelConfigurationName: `${Stack.of(this).stackName}-${Stack.of(this).region}-${channelId}`,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      notificationTopics: [topic],
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
    });
  }
}
