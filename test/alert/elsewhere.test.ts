/** An alert about a cluster of another account says where that is, links to where the log is, and offers nothing that cannot reach it. */
import { expect, test } from '@jest/globals';
import { obstacle } from '../../functions/alert/auto-start.ts';
import { logLink, objectLink } from '../../functions/alert/links.ts';
import { auditRecord } from '../../functions/alert/see-more.ts';
import { readPlaybooks, withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import { threeSteps } from '../../functions/alert/three-steps.ts';
import { about, FINDING, HIGH } from './examples.ts';

const GROUP = '/central/aws/eks/prod/cluster';
const HOME = { account: '111122223333', region: 'eu-central-1' };
const THERE = about({
  cluster: { name: 'prod', account: '222233334444', region: 'us-east-1' },
  source: { ...FINDING.source, logGroup: GROUP, ...HOME },
});
const machine = (name: string) => `arn:aws:states:eu-central-1:111122223333:stateMachine:${name}`;
const PLAYBOOKS = readPlaybooks(
  JSON.stringify({ default: { contain: machine('contain'), release: machine('release') }, decide: machine('decide') }),
);

test('no playbook is offered or started for it, and the alert says where to go; it can be closed', () => {
  const ready = withPlaybooks(THERE, PLAYBOOKS);
  expect(ready.contain).toEqual({ leftOut: expect.stringContaining('this one is in another') });
  expect(ready.decide?.legitimate.command).toContain('start-execution');
  expect(obstacle(ready, 'LOW', [], Date.now())).toBeDefined();
  expect(threeSteps(ready).isolate).toMatchObject({
    text: expect.stringMatching(/^Isolate: .*in that account or by hand\.$/),
  });
  expect(threeSteps(ready).look.inCluster?.text).toContain('signed in to the account 222233334444');
  const here = withPlaybooks(HIGH, PLAYBOOKS);
  expect(here.contain).toHaveProperty('isolate');
  expect(threeSteps(here).look.inCluster?.text).not.toContain('signed in');
});

test('where the account is not known, it says so and names none', () => {
  const { finding } = THERE;
  const unknown = { ...THERE, finding: { ...finding, cluster: { name: 'prod' } } };
  expect(withPlaybooks(unknown, PLAYBOOKS).contain).toHaveProperty('leftOut');
  expect(threeSteps(unknown).look.inCluster?.text).toContain('signed in to the account of the cluster');
});

test('links and commands about the log and the report are of the Region of the stack', () => {
  const { finding } = THERE;
  expect(logLink(finding)).toMatch(
    /^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-central-1#/,
  );
  expect(objectLink('s3://bucket/alerts/report.html', finding)).toContain('region=eu-central-1');
  expect(JSON.stringify(auditRecord(finding))).toContain('--region eu-central-1');
});
