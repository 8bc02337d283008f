import { describe, expect, test } from '@jest/globals';
import { allowsEverything, type PolicyRule, ruleAllows } from '../../functions/kubernetes/rbac.ts';

const RULE: PolicyRule = { verbs: ['get', 'create'], apiGroups: ['', 'apps'], resources: ['pods', 'pods/exec'] };

describe('a rule', () => {
  test.each([
    ['a verb, a group and a resource that it names', { verb: 'get', resource: 'pods' }, true],
    ['another verb', { verb: 'delete', resource: 'pods' }, false],
    ['another group', { verb: 'get', group: 'batch', resource: 'pods' }, false],
    ['another resource', { verb: 'get', resource: 'secrets' }, false],
    ['a subresource that it names', { verb: 'create', resource: 'pods', subresource: 'exec' }, true],
    ['another subresource', { verb: 'create', resource: 'pods', subresource: 'attach' }, false],
    ['every verb', { verb: '*', resource: 'pods' }, false],
  ])('judges %s', (_, request, expected) => {
    expect(ruleAllows(RULE, request)).toBe(expected);
  });

  test.each<[string, PolicyRule, boolean]>([
    ['all verbs, groups and resources', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, true],
    ['with names', { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: ['x'] }, false],
    ['with an empty list of names', { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] }, true],
    ['of one group', { verbs: ['*'], apiGroups: [''], resources: ['*'] }, false],
    ['of paths', { verbs: ['*'] }, false],
    ['that is empty', {}, false],
  ])('%s', (_, rule, expected) => {
    expect(allowsEverything(rule)).toBe(expected);
  });

  test.each([
    { verbs: 'get' },
    { verbs: null, apiGroups: {}, resources: 7 },
    { verbs: ['get'], apiGroups: [''], resources: [null] },
  ])('that is not well-formed (%j) allows nothing', (rule) => {
    expect(ruleAllows(rule as unknown as PolicyRule, { verb: 'get', resource: 'pods' })).toBe(false);
  });
});
