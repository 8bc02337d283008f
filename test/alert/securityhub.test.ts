/** Findings in AWS Security Finding Format: what they say, and what archives them. */
import { describe, expect, test } from '@jest/globals';
import { securityhub } from '../../functions/alert/destinations/securityhub.ts';
import type { Message } from '../../functions/clients/send/sender.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { about, BARE, FINDING, HIGH } from './examples.ts';
import { PARTLY, QUESTION } from './follow-up-samples.ts';
import { securityHubSchema } from './outside-schemas.ts';

const eventOf = ({ body }: Message) => JSON.parse(body);

describe('the schema', () => {
  const finding = {
    ...eventOf(securityhub.alert(HIGH)).finding,
    ProductArn: 'arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default',
    AwsAccountId: '111122223333',
    UpdatedAt: '2026-11-23T08:00:00.000Z',
  };
  const takes = (value: object) =>
    securityHubSchema('BatchImportFindings')(JSON.parse(JSON.stringify({ Findings: [value] })));

  test('takes a finding', () => {
    expect(takes(finding)).toBe(true);
  });

  test.each<[string, object]>([
    ['a finding without an id', { ...finding, Id: undefined }],
    ['a title of nothing', { ...finding, Title: ' ' }],
    ['a title of 257 characters', { ...finding, Title: 'a'.repeat(257) }],
    ['a description of 1,025 characters', { ...finding, Description: 'a'.repeat(1025) }],
    ['a state that it does not know', { ...finding, RecordState: 'CLOSED' }],
    ['a severity that it does not know', { ...finding, FindingProviderFields: { Severity: { Label: 'UNKNOWN' } } }],
    ['a field that it does not know', { ...finding, Status: 'NEW' }],
    ['33 resources', { ...finding, Resources: Array.from({ length: 33 }, () => ({ Type: 'Other', Id: 'a' })) }],
    ['a resource without a type', { ...finding, Resources: [{ Id: 'a' }] }],
    ['a long value of ours', { ...finding, ProductFields: { a: 'a'.repeat(2049) } }],
  ])('objects to %s', (_, wrong) => {
    expect(takes(wrong)).toBe(false);
  });
});

test('a finding says what, how severe, why, where and who', () => {
  const { closes, audience, finding } = eventOf(securityhub.alert(HIGH));
  expect([closes, audience]).toEqual([false, 'HIGH']);
  expect(finding).toMatchObject({
    SchemaVersion: '2018-10-08',
    Id: FINDING.id,
    Title: 'HIGH: namespace payments was created in cluster prod by the IAM role ci-deployer.',
    FindingProviderFields: { Severity: { Label: 'HIGH', Original: 'HIGH' }, Types: ['Unusual Behaviors/Container'] },
    RecordState: 'ACTIVE',
    Resources: [
      {
        Type: 'AwsEksCluster',
        Id: 'arn:aws:eks:us-east-1:111122223333:cluster/prod',
        Partition: 'aws',
        Region: 'us-east-1',
      },
      {
        Type: 'Other',
        Id: 'arn:aws:eks:us-east-1:111122223333:cluster/prod/namespace/payments',
        Details: { Other: { namespace: 'payments', uid: FINDING.namespace.uid } },
      },
      { Type: 'AwsIamRole', Id: FINDING.actor.principalArn },
    ],
  });
  expect(finding.Description).toContain(HIGH.assessment?.indicators[0]?.reason.slice(0, 30));
});

test('what nobody has investigated is HIGH, and says that it is not known', () => {
  expect(eventOf(securityhub.alert(BARE)).finding).toMatchObject({
    FindingProviderFields: { Severity: { Label: 'HIGH', Original: 'UNKNOWN' } },
  });
});

test('an empty place, or one that is longer than Security Hub takes, is left out', () => {
  const { finding } = eventOf(securityhub.alert({ ...HIGH, archive: '', report: `s3://evidence/${'a'.repeat(2048)}` }));
  expect(Object.keys(finding.ProductFields)).toEqual([
    'namespace-sentinel/outcome',
    'namespace-sentinel/audience',
    'namespace-sentinel/drill',
  ]);
});

test('a name that is not valid is named nowhere', () => {
  const named = about({ namespace: { name: 'a b' }, cluster: { name: '<x>' } });
  expect(eventOf(securityhub.alert(named)).finding.Resources.slice(0, 2)).toEqual([
    { Type: 'Other', Id: '(cluster not known)' },
    { Type: 'Other', Id: '(cluster not known)/namespace/(not known)' },
  ]);
});

const decided = (decision: 'approve' | 'refuse' | 'legitimate'): FollowUp => ({
  ...PARTLY,
  playbook: 'decide',
  outcome: 'decided',
  decision: { decision, reason: 'planned', decidedBy: 'ada' },
});

test.each<[string, FollowUp, boolean]>([
  ['a release', { ...PARTLY, playbook: 'release', outcome: 'released' }, true],
  ['the word that it was meant', decided('legitimate'), true],
  ['a removal of all that ran in it', { ...PARTLY, mode: 'remove', outcome: 'contained' }, true],
  ['an end of its pods alone', { ...PARTLY, mode: 'remove', scope: 'pods', outcome: 'contained' }, false],
  ['a containment that is not whole', PARTLY, false],
  ['a question', QUESTION, false],
  ['an approval', decided('approve'), false],
])('%s: whether it archives the finding', (_, followUp, closes) => {
  const event = eventOf(securityhub.followUp(followUp, {}, {}));
  expect(event).toMatchObject({
    closes,
    finding: { Id: followUp.id, RecordState: closes ? 'ARCHIVED' : 'ACTIVE' },
  });
  expect(event.finding.CreatedAt).toBeUndefined();
});
