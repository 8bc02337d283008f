import { expect, test } from '@jest/globals';
import { isEksComponent } from '../../functions/checks/parts/actors.ts';
import type { Finding } from '../../functions/contract/finding.ts';

test.each<[string, boolean]>([
  ['eks:addon-manager', true],
  ['eks:cluster-bootstrap', true],
  // A person of AWS, by the documentation of EKS: not a component that makes namespaces of the platform.
  ['eks:support-engineer', false],
  ['alice', false],
])('%s is one of the components of EKS: %s', (username, expected) => {
  expect(isEksComponent({ actor: { kind: 'system', username }, cluster: {} } as Finding)).toBe(expected);
});
