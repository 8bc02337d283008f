/** *securityhub*: what it imports, when it resolves, and what it says of what was not taken. */
import { BatchImportFindingsCommand, BatchUpdateFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { securityhub } from '../../functions/alert/destinations/securityhub.ts';
import { AwsSecurityHub } from '../../functions/clients/send/aws-security-hub.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import { createHandler } from '../../functions/securityhub/handler.ts';
import { FINDING, HIGH } from '../alert/examples.ts';
import { PARTLY } from '../alert/follow-up-samples.ts';
import { securityHubSchema } from '../alert/outside-schemas.ts';

const ACCOUNT = '111122223333';
const PRODUCT = `arn:aws:securityhub:us-east-1:${ACCOUNT}:product/${ACCOUNT}/default`;
const NOW = Date.parse('2026-11-23T08:00:00Z');

const client = mockClient(SecurityHubClient);
const handler = createHandler(
  {
    hub: new AwsSecurityHub(new SecurityHubClient({ region: 'us-east-1' })),
    table: { read: async (id) => (id === FINDING.id ? { finding: FINDING, settled: true } : undefined) },
  },
  { account: ACCOUNT, product: PRODUCT },
  () => NOW,
);
const take = (event: unknown) => handler(event, { functionName: 'securityhub' } as never);
const told = ({ body }: Message) => take(JSON.parse(body));

const imported = () => client.commandCalls(BatchImportFindingsCommand).map(({ args: [{ input }] }) => input);
const updated = () => client.commandCalls(BatchUpdateFindingsCommand).map(({ args: [{ input }] }) => input);

const RELEASED = { ...PARTLY, playbook: 'release', outcome: 'released' } as const;

beforeEach(() => {
  client.reset();
  client.on(BatchImportFindingsCommand).resolves({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
  client
    .on(BatchUpdateFindingsCommand)
    .resolves({ ProcessedFindings: [{ Id: FINDING.id, ProductArn: PRODUCT }], UnprocessedFindings: [] });
});

test('a finding is imported under the default product of the account, active and by its id', async () => {
  await expect(told(securityhub.alert(HIGH))).resolves.toEqual({ finding: FINDING.id, closed: false });
  const [request] = imported();
  expect(request?.Findings).toMatchObject([
    {
      Id: FINDING.id,
      ProductArn: PRODUCT,
      AwsAccountId: ACCOUNT,
      CreatedAt: '2026-11-23T07:02:18.000Z',
      UpdatedAt: '2026-11-23T08:00:00.000Z',
      RecordState: 'ACTIVE',
    },
  ]);
  expect(securityHubSchema('BatchImportFindings')(request)).toBe(true);
  expect(updated()).toEqual([]);
});

test('the end of it archives the finding that there is, and resolves its workflow', async () => {
  await expect(told(securityhub.followUp(RELEASED, {}, {}))).resolves.toEqual({ finding: FINDING.id, closed: true });
  expect(imported()[0]?.Findings).toMatchObject([
    { Id: FINDING.id, RecordState: 'ARCHIVED', CreatedAt: '2026-11-23T07:02:18.000Z' },
  ]);
  const [request] = updated();
  expect(request).toEqual({
    FindingIdentifiers: [{ Id: FINDING.id, ProductArn: PRODUCT }],
    Workflow: { Status: 'RESOLVED' },
  });
  expect(securityHubSchema('BatchUpdateFindings')(request)).toBe(true);
});

test('of a playbook without a finding the import is the first that is known', async () => {
  await told(securityhub.followUp({ ...PARTLY, id: 'containment-2d3c4b5a-0000-4111-8222-333344445555' }, {}, {}));
  expect(imported()[0]?.Findings?.[0]?.CreatedAt).toBe('2026-11-23T08:00:00.000Z');
});

describe('fails, so that it is tried again, where Security Hub', () => {
  test('does not take the finding, and says so in a good answer', async () => {
    const failed = { Id: FINDING.id, ErrorCode: 'InvalidInput', ErrorMessage: 'Title is too long' };
    client.on(BatchImportFindingsCommand).resolves({ FailedCount: 1, SuccessCount: 0, FailedFindings: [failed] });
    await expect(told(securityhub.alert(HIGH))).rejects.toThrow(
      `did not take the finding ${FINDING.id}: InvalidInput Title is too long`,
    );
  });

  test('does not know the finding yet whose workflow it is to resolve', async () => {
    client.on(BatchUpdateFindingsCommand).resolves({
      ProcessedFindings: [],
      UnprocessedFindings: [
        {
          FindingIdentifier: { Id: FINDING.id, ProductArn: PRODUCT },
          ErrorCode: 'FindingNotFound',
          ErrorMessage: 'not found',
        },
      ],
    });
    await expect(told(securityhub.followUp(RELEASED, {}, {}))).rejects.toThrow('FindingNotFound not found');
  });

  test('is not enabled, or takes no more', async () => {
    client
      .on(BatchImportFindingsCommand)
      .rejects(new Error('Account 111122223333 is not subscribed to AWS Security Hub'));
    await expect(told(securityhub.alert(HIGH))).rejects.toThrow('is not subscribed');
  });
});

test.each([[{}], [{ finding: {} }], [{ finding: { Id: 'a b' } }], ['text'], [null]])(
  '%j is not a finding',
  async (event) => {
    await expect(take(event)).rejects.toThrow('finding for Security Hub');
    expect(imported()).toEqual([]);
  },
);
