/** What outlives the stack, and that what it is read with does as well. */
import { beforeAll, expect, jest, test } from '@jest/globals';
import { GROUPS } from '../../functions/kubernetes/quarantine.ts';
import { fullStack, importedInto, type Resource, Resources } from './stacks.ts';

jest.setTimeout(60_000);

const PLACE = {
  vpc: 'vpc-0123456789abcdef0',
  subnets: ['subnet-0123456789abcdef0'],
  securityGroups: ['sg-0123456789abcdef0'],
};

let stacks: Resources[];
beforeAll(() => {
  const clusters = [{ name: 'open' }, { name: 'hidden', ...PLACE }, { name: 'old', accessEntries: false }];
  stacks = [new Resources(fullStack()), new Resources(importedInto({ clusters, emails: [{ address: 'a@corp.io' }] }))];
});

const stays = ({ DeletionPolicy = 'Delete' }: Resource): boolean => DeletionPolicy !== 'Delete';
const keyOf = (resources: Resources): Resource => {
  const [key, ...others] = resources.of('KMS::Key');
  if (!key || others.length > 0) throw new Error('there is not one key');
  return key;
};

test('the key is kept for as long as anything that it encrypts: in a deletion, an update and a replacement', () => {
  for (const resources of stacks) {
    const key = keyOf(resources);
    // What names it to look after it, is not encrypted with it.
    const encrypted = resources.all.filter(
      (each) =>
        each !== key &&
        !/^AWS::(IAM|KMS|Events|Lambda)::/.test(each.Type) &&
        JSON.stringify(each.Properties).includes(`"${key.id}"`),
    );
    const kept = encrypted.filter(stays);
    expect(kept.map(({ Type }) => Type).toSorted()).toEqual(['AWS::DynamoDB::Table', 'AWS::S3::Bucket']);
    for (const { DeletionPolicy, UpdateReplacePolicy } of kept)
      expect([key.DeletionPolicy, key.UpdateReplacePolicy]).toEqual([DeletionPolicy, UpdateReplacePolicy]);
    // Messages under way go with their topics and queues.
    expect(new Set(encrypted.filter((each) => !stays(each)).map(({ Type }) => Type))).toEqual(
      new Set(['AWS::SNS::Topic']),
    );
  }
});

test('who deletes the key has the longest time to think again that KMS gives', () => {
  for (const resources of stacks) expect(keyOf(resources).Properties.PendingWindowInDays).toBe(30);
});

test('when all our roles are gone, the account can still let somebody use the key', () => {
  for (const resources of stacks) {
    const { Statement } = keyOf(resources).Properties.KeyPolicy;
    const root = Statement.find(({ Action }: { Action: unknown }) => Action === 'kms:*');
    expect([root?.Effect, root?.Condition, root?.Resource]).toEqual(['Allow', undefined, '*']);
    expect(JSON.stringify(root?.Principal)).toMatch(/:root/);
  }
});

test('logs are not encrypted with it, so that they can be read without it', () => {
  for (const resources of stacks)
    for (const { Properties } of resources.of('Logs::LogGroup')) expect(Properties).not.toHaveProperty('KmsKeyId');
});

test('beside these, nothing stays but the access entries of release, and those not from a first deployment that failed', () => {
  for (const resources of stacks) {
    const entries = resources.of('EKS::AccessEntry');
    const isOfRelease = ({ Properties }: Resource) => Properties.KubernetesGroups[0] === GROUPS.release;
    expect(entries.filter(stays)).toEqual(entries.filter(isOfRelease));
    expect(entries.filter(stays).length).toBeGreaterThan(0);
    // Where another role takes its place, the old one is not let in any more.
    for (const { DeletionPolicy, UpdateReplacePolicy } of entries.filter(isOfRelease))
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Delete']);
    expect(new Set(resources.all.filter(stays).map(({ Type }) => Type))).toEqual(
      new Set(['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::EKS::AccessEntry']),
    );
  }
});
