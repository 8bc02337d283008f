/** Where a link leads, in words: the page of the console, by its address. */

/** The first that fits. */
const PAGES: readonly (readonly [address: RegExp, place: string])[] = [
  [/\/eks\/home\?[^#]*#\/clusters\//, 'the cluster in the EKS console'],
  [/\/cloudwatch\/home\?[^#]*#logsV2:.*\/log-events\//, 'the log stream in the CloudWatch console'],
  [/\/cloudwatch\/home\?[^#]*#logsV2:/, 'the log group in the CloudWatch console'],
  [/\/guardduty\//, 'the findings in the GuardDuty console'],
  [/\/ecr\//, 'the repositories in the ECR console'],
  [/\/iam\//, 'the policy in the IAM console'],
  [/\/states\/home\?[^#]*#\/v2\/executions\//, 'the execution in the Step Functions console'],
  [/\/states\//, 'the playbook in the Step Functions console'],
  [/\/s3\/object\/.*report\.html$/, 'the report of the alert in the S3 console'],
  [/\/s3\//, 'the file in the S3 console'],
];

/** `the cluster in the EKS console`. @param link into the AWS console */
export const placeOf = (link: string): string =>
  PAGES.find(([address]) => address.test(link))?.[1] ?? 'the page in the AWS console';
