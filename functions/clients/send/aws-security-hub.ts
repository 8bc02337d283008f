import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  type SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import type { SecurityHub } from './security-hub.ts';

/** Asks Security Hub, one finding at a time: a batch of many would fail in part. */
export class AwsSecurityHub implements SecurityHub {
  readonly #client: SecurityHubClient;

  constructor(client: SecurityHubClient) {
    this.#client = client;
  }

  async importFinding(finding: AwsSecurityFinding): Promise<void> {
    const answer = await this.#client.send(new BatchImportFindingsCommand({ Findings: [finding] }));
    const [failed] = answer.FailedFindings ?? [];
    if (failed || answer.SuccessCount !== 1)
      throw new Error(
        `Security Hub did not take the finding ${finding.Id}: ${failed?.ErrorCode ?? 'no reason was given'} ${failed?.ErrorMessage ?? ''}`.trim(),
      );
  }

  async resolve({ Id, ProductArn }: Pick<AwsSecurityFinding, 'Id' | 'ProductArn'>): Promise<void> {
    const answer = await this.#client.send(
      new BatchUpdateFindingsCommand({ FindingIdentifiers: [{ Id, ProductArn }], Workflow: { Status: 'RESOLVED' } }),
    );
    const [left] = answer.UnprocessedFindings ?? [];
    // One that was imported just now may not be found yet: tried again a minute later.
    if (left || answer.ProcessedFindings?.length !== 1)
      throw new Error(
        `Security Hub did not resolve the finding ${Id}: ${left?.ErrorCode ?? 'no reason was given'} ${left?.ErrorMessage ?? ''}`.trim(),
      );
  }
}
