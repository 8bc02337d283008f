import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { followUpNotification } from '../../functions/alert/chat/follow-up.ts';
import { chat, notificationOf } from '../../functions/alert/destinations/chat.ts';
import { about, BARE, FINDING, HIGH } from './examples.ts';
import { FOLLOW_UPS, PLAYBOOKS } from './follow-up-samples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { expectStandingAlone } from './standing-alone.ts';

describe('the chat message', () => {
  test.each(Object.entries(FOLLOW_UPS))('of a playbook that ended stands alone: %s', (name, followUp) => {
    expectStandingAlone(name, followUpNotification(followUp, PLAYBOOKS));
  });

  test('has the schema of custom notifications, and nothing else', () => {
    expect(JSON.parse(chat.alert(HIGH).body)).toEqual({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: 'HIGH: namespace payments was created in cluster prod by the IAM role ci-deployer.',
        description: expect.any(String),
        nextSteps: expect.any(Array),
        keywords: ['HIGH', 'created', 'prod', 'payments'],
      },
      metadata: {
        threadId: FINDING.id,
        summary: 'HIGH: namespace payments was created in cluster prod by the IAM role ci-deployer.',
        eventType: 'NamespaceSentinelAlert',
        relatedResources: [
          'arn:aws:eks:us-east-1:111122223333:cluster/prod',
          'arn:aws:iam::111122223333:role/ci-deployer',
        ],
        additionalContext: {
          findingId: FINDING.id,
          severity: 'HIGH',
          account: '111122223333',
          region: 'us-east-1',
          cluster: 'prod',
          namespace: 'payments',
        },
      },
    });
    expect(chat.alert(HIGH)).toMatchObject({ byProtocol: false, attributes: {} });
    expect(chat.alert(HIGH).subject).toBeUndefined();
  });

  test('says who, how severe and why, what is not known, and what to do', () => {
    const { description, nextSteps } = notificationOf(HIGH).content;
    expect(description.split('\n')).toEqual([
      '*HIGH*, with 60 of 100 points.',
      '*Who:* `arn:aws:iam::111122223333:role/ci-deployer`, session `build-4711`',
      '• +30 `Cluster admin access was added for this role four minutes before.`',
      '• +30 `The creator is an administrator of the whole cluster.`',
      '*Not known:*',
      '• `Cluster posture: Amazon EKS refused DescribeCluster (AccessDeniedException).`',
      `*Everything:* \`aws s3 cp ${HIGH.archive} -\``,
    ]);
    expect(nextSteps[0]).toMatch(/`kubectl get pods,\S+ -n payments -o wide`$/);
    expect(nextSteps).toHaveLength(5);
  });

  test('says when the investigation failed', () => {
    expect(notificationOf(BARE).content.description).toMatch(/^\*The investigation failed\.\* Treat this as serious/);
    expect(notificationOf(BARE).content.title).toMatch(/^SEVERITY UNKNOWN: /);
  });

  test('shows whom the actor claimed to be', () => {
    const actor = { kind: 'user' as const, username: 'ada', impersonated: { username: '<!channel>' } };
    expect(notificationOf(about({ actor })).content.description).toContain('*Who:* `ada`\n*Acted as:* `{ channel}`');
  });

  test('mentions nobody, links nothing, formats nothing and keeps its size, whatever the alert', () => {
    fc.assert(
      fc.property(hostileAlert, (alert) => {
        const { content, metadata } = notificationOf(alert);
        const texts = [content.title, content.description, metadata.summary, ...content.nextSteps, ...content.keywords];
        for (const text of texts) {
          expect(text).not.toMatch(/[<>&|]|@(?!\])|https?:\/\/|www\./i);
          for (const line of text.split('\n')) {
            // Every code ends on its line, and outside of it there is nothing but our own words.
            const parts = line.split('`');
            expect(parts.length % 2).toBe(1);
            expect(parts.filter((_, index) => index % 2 === 0).join('')).toMatch(/^[\w :;,.()'+*…•-]*$/);
          }
        }
        expect(content.title.length).toBeLessThanOrEqual(150);
        expect(content.description.length).toBeLessThanOrEqual(2_800);
        expect(content.description.length).toBeGreaterThan(0);
        for (const value of Object.values(metadata.additionalContext)) expect(value).toMatch(/^[!-~]{1,1024}$/);
      }),
      { numRuns: 300 },
    );
  });
});
