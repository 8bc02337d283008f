import { expect, test } from '@jest/globals';
import { DEFAULT_PROTECTED_NAMESPACES, protection } from '../../functions/kubernetes/quarantine.ts';

test.each(['default', 'kube-system', 'kube-public', 'kube-node-lease'])('%s is never contained', (name) => {
  expect(protection(name)).toBe(`${name} is a namespace of Kubernetes itself`);
});

test.each(['kube-systern', 'kube-', 'kube-green', 'kube-flannel', 'default-2', 'xkube-system', 'amazon-cloudwatch-2'])(
  '%s may be contained, whatever it resembles',
  (name) => {
    expect(protection(name, DEFAULT_PROTECTED_NAMESPACES)).toBeUndefined();
  },
);

test('what the configuration lists is not contained, patterns included', () => {
  expect(protection('amazon-guardduty', DEFAULT_PROTECTED_NAMESPACES)).toBe(
    'amazon-guardduty is protected by the configuration (amazon-guardduty)',
  );
  expect(protection('team-a', ['payments', 'team-*'])).toBe('team-a is protected by the configuration (team-*)');
  expect(protection('team', ['payments', 'team-*'])).toBeUndefined();
});
