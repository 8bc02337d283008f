import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Cause, CauseQuestion } from './cause.ts';

/** How many changes are reported one by one. */
const SHOWN = 8;

export const right: CauseQuestion = {
  question: 'What allowed the creation, and who had changed access before?',
  find,
};

function find(facts: ContainmentFacts): Cause[] {
  const { alert } = facts;
  if (!alert) return [];
  return [...grant(facts), ...changes(facts)];
}

function grant(facts: ContainmentFacts): Cause[] {
  const from = 'permissions';
  const granted = facts.details.permissions?.grantedBy;
  if (!granted) {
    const reason = facts.alert?.finding.request.grantedBy;
    return reason
      ? [{ kind: 'right', text: `The API server allowed it for this reason: ${reason}`, from: 'finding' }]
      : [{ kind: 'right', text: 'What allowed the request is not known.', from, unknown: true }];
  }
  const { kind = 'rule', binding, role, accessPolicyArn, subject, bindingCreatedAt, bindingGone, wildcard } = granted;
  const what = accessPolicyArn ? `the EKS access policy ${accessPolicyArn}` : `the ${kind} ${binding ?? ''}`.trim();
  const how = [
    ...(role ? [`it gives the role ${role}`] : []),
    ...(subject ? [`to ${subject}`] : []),
    ...(wildcard ? ['which allows everything'] : []),
  ].join(' ');
  const when = bindingGone
    ? ' It no longer exists.'
    : bindingCreatedAt
      ? ` It was created at ${bindingCreatedAt}.`
      : '';
  return [{ kind: 'right', text: `What allowed it is ${what}${how ? `: ${how}` : ''}.${when}`, from }];
}

function changes(facts: ContainmentFacts): Cause[] {
  const from = 'access-changes';
  const found = facts.details[from];
  if (!found) return [{ kind: 'right', text: 'Whether access was changed before is not known.', from, unknown: true }];
  const { changes: all = [], notAsked = [] } = found;
  const told = all.filter(({ concerns = [] }) => concerns.length > 0).slice(0, SHOWN);
  return [
    ...told.map(
      ({
        at = 'at an unknown time',
        by = 'somebody',
        verb = 'something with',
        what = 'access',
        name = '',
        gives,
      }): Cause => ({
        kind: 'right',
        text: `${at}: ${by} did ${verb} ${what} ${name}`.trimEnd() + (gives ? ` (${gives}).` : '.'),
        from,
      }),
    ),
    ...notAsked.map(
      ({ source, reason = 'not told' }): Cause => ({
        kind: 'right',
        text: `Changes of access in ${source === 'audit' ? 'the audit log' : 'CloudTrail'} were not read: ${reason}.`,
        from,
        unknown: true,
      }),
    ),
  ];
}
