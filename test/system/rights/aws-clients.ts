/** Clients of the services that our functions use, as somebody. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { Emulator } from '../../../tools/twin/emulator.ts';
import { clientSettings } from '../../../tools/twin/identities.ts';
import type { AwsCredentials } from '../../../tools/twin/token.ts';

/** @param credentials the account's root where they are left out */
export function awsClients(emulator: Emulator, credentials?: AwsCredentials) {
  const settings = { ...clientSettings(emulator), ...(credentials && { credentials }), maxAttempts: 1 };
  return {
    cloudformation: new CloudFormationClient(settings),
    db: new DynamoDBClient(settings),
    ec2: new EC2Client(settings),
    ecr: new ECRClient(settings),
    eks: new EKSClient(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    metrics: new CloudWatchClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sfn: new SFNClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
    sts: new STSClient(settings),
    trail: new CloudTrailClient(settings),
  };
}

export type AwsClients = ReturnType<typeof awsClients>;
