import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Writes down why a resource in an IAM policy must have a wildcard, for cdk-nag and for the reader.
 *
 * @param scope holds the policy
 * @param resource the ARN with the wildcard
 */
export function acknowledgeWildcard(scope: Construct, resource: string, reason: string): void {
  const id = `AwsSolutions-IAM5[Resource::${printed(Stack.of(scope).resolve(resource))}]`;
  Validations.of(scope).acknowledge({ id, reason });
}

/** A value as cdk-nag prints it: `<LogicalId>` and `<LogicalId.Attribute>` for what only the deployment knows. */
function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref: ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as {
    Ref?: string;
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (join) return join[1].map(printed).join(join[0]);
  return `<${ref ?? attribute?.join('.')}>`;
}
