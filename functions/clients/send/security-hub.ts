import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';

/** AWS Security Hub, of one account and Region. */
export interface SecurityHub {
  /** Imports a finding, or a newer state of it. @throws also where Security Hub says in its answer that it did not take it */
  importFinding(finding: AwsSecurityFinding): Promise<void>;
  /** Sets the workflow of a finding to resolved. @throws as {@link importFinding} */
  resolve(finding: Pick<AwsSecurityFinding, 'Id' | 'ProductArn'>): Promise<void>;
}
