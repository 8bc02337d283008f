import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { defined } from '../../../../functions/kit/defined.ts';

/** A service that gives no answer is given up after so long, in milliseconds. */
const REQUEST_MS = 20_000;
const CONNECTION_MS = 6_000;

export type AwsClients = ReturnType<typeof awsClients>;

/**
 * The clients of every service that is asked, with the credentials of the environment.
 *
 * @param region undefined for that of the environment or profile
 */
export function awsClients(region: string | undefined) {
  const options = {
    ...defined({ region }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: CONNECTION_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
  };
  return {
    cloudformation: new CloudFormationClient(options),
    cloudtrail: new CloudTrailClient(options),
    cloudwatch: new CloudWatchClient(options),
    dynamodb: new DynamoDBClient(options),
    ec2: new EC2Client(options),
    ecr: new ECRClient(options),
    eks: new EKSClient(options),
    guardduty: new GuardDutyClient(options),
    iam: new IAMClient(options),
    lambda: new LambdaClient(options),
    logs: new CloudWatchLogsClient(options),
    s3: new S3Client(options),
    secretsmanager: new SecretsManagerClient(options),
    securityhub: new SecurityHubClient(options),
    sfn: new SFNClient(options),
    sns: new SNSClient(options),
    sts: new STSClient(options),
  };
}
