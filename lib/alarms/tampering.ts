import { Aws, Stack } from 'aws-cdk-lib';
import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { SentinelParts } from './sentinel-parts.ts';
import { type TamperRule, tamperRules } from './tamper-rules.ts';

/** CloudFormation acts for somebody: what it changes is told once, by who changed the stack. */
const CLOUDFORMATION = 'cloudformation.amazonaws.com';

const RECORDED = 'AWS API Call via CloudTrail';

/**
 * Tells the health topic at once when somebody changes what the sentinel rests on, with who it was. EventBridge hands the events to
 * the topic itself: no function is needed, and so none can be switched off first. Needs a trail that records management events
 * (EventBridge gets API calls from CloudTrail alone). Calls that were refused are not told.
 */
export class Tampering extends Construct {
  /** What is told, by a name for its rule. */
  readonly told: Readonly<Record<string, EventPattern>>;

  constructor(scope: Construct, id: string, parts: SentinelParts) {
    super(scope, id);
    const { topics, queues } = parts;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      }),
      description: 'Namespace Sentinel: tells about changes to what it rests on',
    });
    topics.allowTelling(role);
    const rules: Rule[] = [];
    const told: Record<string, EventPattern> = {};
    const tell = (ruleId: string, description: string, eventPattern: EventPattern, lines: string[]): void => {
      told[ruleId] = eventPattern;
      const rule = new Rule(this, ruleId, { description, eventPattern });
      rules.push(rule);
      rule.addTarget({
        bind: () => ({
          arn: topics.health.topicArn,
          role,
          input: RuleTargetInput.fromMultilineText(lines.join('\n')),
          deadLetterConfig: { arn: queues.deadLetters.queueArn },
        }),
      });
      rule.node.addDependency(role);
    };
    const field = (path: string) => EventField.fromPath(path);
    const who = [
      `Who: ${field('$.detail.userIdentity.arn')}, from ${field('$.detail.sourceIPAddress')}, with ${field('$.detail.userAgent')}.`,
      `When: ${field('$.detail.eventTime')}. The event in CloudTrail: ${field('$.detail.eventID')}.`,
    ];
    for (const row of tamperRules(parts, this))
      tell(row.id, `Namespace Sentinel: tells about changes to ${row.what}`, patternOf(row), [
        `Namespace Sentinel: somebody changed ${row.what} (${field('$.detail.eventName')}), and it was not CloudFormation.`,
        ...who,
        `What was asked: ${field('$.detail.requestParameters')}`,
        'If nobody of yours did this, treat it as an attack on the detection itself: put it back, take the access from who did it, and look at what happened in the clusters meanwhile.',
      ]);
    const { stackName } = Stack.of(this);
    const calls = ['ExecuteChangeSet', 'UpdateStack', 'DeleteStack', 'SetStackPolicy'];
    tell(
      'stack',
      'Namespace Sentinel: tells who changed its stack',
      {
        detailType: [RECORDED],
        detail: {
          eventSource: [CLOUDFORMATION],
          eventName: calls,
          errorCode: [{ exists: false }],
          requestParameters: { stackName: [stackName, { wildcard: `*:stack/${stackName}/*` }] },
        },
      },
      [
        `Namespace Sentinel: its stack was changed by ${field('$.detail.userIdentity.arn')} (${field('$.detail.eventName')}).`,
        ...who,
        'What CloudFormation changes for it is not told again, each by itself. If nobody of yours deployed, treat it as an attack on the detection itself.',
      ],
    );
    queues.takeUndelivered('UndeliveredTampering', ...rules);
    this.told = told;
  }
}

const patternOf = ({ services, calls, on }: TamperRule): EventPattern => ({
  detailType: [RECORDED],
  detail: {
    eventSource: services.map((service) => `${service}.amazonaws.com`),
    // CloudTrail writes a version behind the names of Lambda.
    eventName: services.includes('lambda') ? calls.map((prefix) => ({ prefix })) : [...calls],
    errorCode: [{ exists: false }],
    sourceIPAddress: [{ 'anything-but': [CLOUDFORMATION] }],
    ...(on && { requestParameters: on }),
  },
});
