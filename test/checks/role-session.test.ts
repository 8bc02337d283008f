import { describe, expect, test } from '@jest/globals';
import { roleSession } from '../../functions/checks/role-session.ts';
import { type LookedUp, trailEventOf } from '../../functions/clients/aws/trail-event.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LATER } from './audit-log.ts';
import { ask, cluster } from './clusters.ts';
import { finding, role, serviceAccount } from './examples.ts';

const KEY = 'ASIAEXAMPLE';
/** As LookupEvents answers about an access key that STS gave out. */
const assumed = (name: string, userIdentity: object, more: object = {}): LookedUp => ({
  EventId: 'event-1',
  EventName: name,
  EventSource: 'sts.amazonaws.com',
  EventTime: '2026-11-23T09:58:30Z',
  Resources: [{ ResourceName: KEY }, { ResourceName: 'arn:aws:iam::111122223333:role/ci' }],
  CloudTrailEvent: JSON.stringify({
    userIdentity,
    sourceIPAddress: '203.0.113.7',
    userAgent: 'aws-cli/2.31',
    requestParameters: { roleArn: 'arn:aws:iam::111122223333:role/ci', roleSessionName: 'build-7' },
    ...more,
  }),
});
const look = (events: LookedUp[], actor = role({ accessKeyId: KEY }), now = LATER) =>
  ask(roleSession, cluster(), finding({ actor }), {
    clients: localCloud({ cloudTrail: { Events: events } }),
    now: () => now,
  });

const SSO = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com';

describe('who assumed the role', () => {
  test.each<[string, LookedUp, string, string | undefined]>([
    [
      'another role, in whose session there is a name',
      assumed('AssumeRole', {
        type: 'AssumedRole',
        arn: SSO,
        sessionContext: {
          sessionIssuer: {
            arn: 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
          },
        },
      }),
      'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
      'alice@example.com',
    ],
    [
      'an IAM user',
      assumed('AssumeRole', { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/bob', userName: 'bob' }),
      'arn:aws:iam::111122223333:user/bob',
      undefined,
    ],
    [
      'a job of GitHub Actions',
      assumed('AssumeRoleWithWebIdentity', {
        type: 'WebIdentityUser',
        userName: 'repo:shop/deploy:ref:refs/heads/main',
      }),
      'repo:shop/deploy:ref:refs/heads/main',
      undefined,
    ],
    [
      'a user of an identity provider',
      assumed('AssumeRoleWithSAML', { type: 'SAMLUser', userName: 'carol@example.com' }),
      'carol@example.com',
      undefined,
    ],
    [
      'a service of AWS',
      assumed('AssumeRole', { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }),
      'ec2.amazonaws.com',
      undefined,
    ],
  ])('%s', async (_, event, who, session) => {
    const answer = await look([event]);
    expect(answer).toMatchObject({ status: 'found', details: { assumedBy: { who, ...(session && { session }) } } });
    expect(answer).toMatchObject({
      summary: expect.stringContaining(`assumed it by ${event.EventName} at 2026-11-23 09:58:30 UTC from 203.0.113.7.`),
    });
    expect(answer).toMatchObject({
      summary: expect.stringContaining('The name of the session, "build-7", is its choice.'),
    });
  });

  test('a call that gave out another key is another one', async () => {
    const other = {
      ...assumed('AssumeRole', { arn: 'arn:aws:iam::111122223333:user/mallory' }),
      Resources: [{ ResourceName: 'ASIAOTHER' }],
    };
    await expect(look([other])).resolves.toMatchObject({ status: 'not-checked' });
  });

  test('while CloudTrail is late, that is said; afterwards, what it may mean', async () => {
    await expect(look([], undefined, Date.parse('2026-11-23T10:05:00Z'))).resolves.toMatchObject({
      reason: expect.stringContaining('up to 15 minutes late'),
    });
    await expect(look([])).resolves.toMatchObject({ reason: expect.stringContaining('through another Region') });
  });

  test('nothing is asked of other identities, nor with what can be no key', async () => {
    await expect(look([], serviceAccount())).resolves.toMatchObject({ status: 'clear' });
    for (const accessKeyId of ['AKIAIOSFODNN7EXAMPLE', 'ASIA"; DROP', ''])
      await expect(look([], role({ accessKeyId }))).resolves.toMatchObject({ status: 'not-checked' });
  });

  test('a trail that fails is not checked', async () => {
    const trail = { lookUp: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' })) };
    const answer = await ask(roleSession, cluster(), finding({ actor: role({ accessKeyId: KEY }) }), {
      clients: { trail },
    });
    expect(answer).toMatchObject({ status: 'not-checked', reason: expect.stringContaining('CloudTrail') });
  });
});

test('an event that cannot be read names nobody', () => {
  expect(trailEventOf({ EventName: 'AssumeRole', CloudTrailEvent: '{' })).not.toHaveProperty('actorArn');
});
