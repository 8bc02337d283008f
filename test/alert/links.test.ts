import { describe, expect, test } from '@jest/globals';
import { clusterLink, consoleLink, logLink } from '../../functions/alert/links.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { FINDING, finding } from './examples.ts';

const inRegion = (region: string): Finding => finding({ cluster: { ...FINDING.cluster, region } });

describe('our own links', () => {
  test.each([
    [
      'us-east-1',
      'https://us-east-1.console.aws.amazon.com/eks/home?region=us-east-1#/clusters/prod?selectedTab=cluster-overview-tab',
    ],
    [
      'cn-north-1',
      'https://cn-north-1.console.amazonaws.cn/eks/home?region=cn-north-1#/clusters/prod?selectedTab=cluster-overview-tab',
    ],
    [
      'us-gov-west-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/eks/home?region=us-gov-west-1#/clusters/prod?selectedTab=cluster-overview-tab',
    ],
  ])('to the cluster in %s', (region, link) => {
    expect(clusterLink(inRegion(region))).toBe(link);
  });

  test('to the log stream, in the way that the console encodes it', () => {
    expect(logLink(FINDING)).toBe(
      'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1' +
        '#logsV2:log-groups/log-group/$252Faws$252Feks$252Fprod$252Fcluster' +
        '/log-events/kube-apiserver-audit-0123456789abcdef0123456789abcdef' +
        '$3Fstart$3D1795417278048$26end$3D1795418238048',
    );
    expect(logLink(finding({ request: {} }))).not.toContain('start');
  });

  test.each<[string, Partial<Finding>]>([
    ['Region', { cluster: { name: 'prod', region: 'evil.com/' } }],
    [
      'cluster',
      { cluster: { name: 'prod#@evil', region: 'us-east-1' }, source: { kind: 'audit-log', logGroup: 'x y' } },
    ],
    ['nothing', { cluster: {}, source: { kind: 'coverage' } }],
  ])('are left out without a valid %s', (_, parts) => {
    expect(clusterLink(finding(parts))).toBeUndefined();
    expect(logLink(finding(parts))).toBeUndefined();
  });
});

describe("a check's link", () => {
  test.each([
    'https://us-east-1.console.aws.amazon.com/eks/clusters/prod?region=us-east-1&selectedTab=cluster-access-tab',
    'https://console.aws.amazon.com/iam/home#/roles/details/ci',
    'https://cn-north-1.console.amazonaws.cn/eks/home',
  ])('leads to the console: %s', (link) => {
    expect(consoleLink(link)).toBe(link);
  });

  test.each([
    [undefined],
    ['http://console.aws.amazon.com/'],
    ['https://console.aws.amazon.com.evil.com/'],
    ['https://evil.com/console.aws.amazon.com/'],
    ['https://console.aws.amazon.com@evil.com/'],
    ['https://user@console.aws.amazon.com/'],
    ['https://console.aws.amazon.com:8443/'],
    ['https://console.aws.amazon.com/\nhttps://evil.com'],
    ['https://console.aws.amazon.com/"<>'],
    [`https://console.aws.amazon.com/${'a'.repeat(2_000)}`],
    ['javascript:alert(1)'],
    ['https://'],
  ])('leads nowhere else: %s', (link) => {
    expect(consoleLink(link)).toBeUndefined();
  });
});
