import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { AwsCapabilities } from '../../clients/aws/aws-capabilities.ts';
import { AwsEks } from '../../clients/aws/aws-eks.ts';
import { AwsPodIdentity } from '../../clients/aws/aws-pod-identity.ts';
import { AwsRoleTrust } from '../../clients/aws/aws-role-trust.ts';
import { S3EvidenceStore } from '../../clients/bucket/s3-evidence-store.ts';
import { S3FindingRecords } from '../../clients/bucket/s3-finding-records.ts';
import { EksKubernetes } from '../../clients/kubernetes/eks-kubernetes.ts';
import { KubeWriteApi } from '../../clients/kubernetes/kube-write-api.ts';
import { LambdaFollowUps } from '../../clients/send/lambda-follow-ups.ts';
import { SfnExecutions } from '../../clients/send/sfn-playbooks.ts';
import { DynamoContainmentRegister } from '../../clients/table/dynamo-containment-register.ts';
import { DynamoFindingLookup } from '../../clients/table/dynamo-finding-lookup.ts';
import type { Environment } from '../../kit/environment.ts';

/**
 * What the deployed steps of *contain* and *release* may ask, each as its function's own role: `FINDINGS_TABLE`,
 * `EVIDENCE_BUCKET` and `ALERT_FUNCTION` name where.
 *
 * @throws when one of them is not set
 */
export function containmentClients(environment: Environment) {
  const eksClient = new EKSClient();
  const eks = new AwsEks(eksClient);
  const s3 = new S3Client();
  const bucket = environment.required('EVIDENCE_BUCKET');
  const db = new DynamoDBClient();
  const tableName = environment.required('FINDINGS_TABLE');
  return {
    kubernetes: new EksKubernetes({
      eks,
      credentials: eksClient.config.credentials,
      api: (config) => new KubeWriteApi(config),
    }),
    store: new S3EvidenceStore(s3, bucket),
    register: new DynamoContainmentRegister(db, tableName),
    lookup: new DynamoFindingLookup(db, tableName),
    followUps: new LambdaFollowUps(new LambdaClient(), environment.required('ALERT_FUNCTION')),
    playbooks: new SfnExecutions(new SFNClient()),
    podIdentity: new AwsPodIdentity(eksClient, eks),
    capabilities: new AwsCapabilities(eksClient, eks),
    roleTrust: new AwsRoleTrust(new IAMClient(), eks),
    findings: new S3FindingRecords(s3, bucket),
  };
}
