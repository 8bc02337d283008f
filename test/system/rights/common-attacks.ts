/** What a thief of any identity of ours tries, whatever its role says about kinds. */
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import type { Attack } from './attack.ts';

const AS = { 'impersonate-user': 'alice' };
const as = (headers: Record<string, string>): KubeRequest => ({ path: '/api/v1/namespaces', headers });
const node = 'system:node:ip-10-0-1-11.ec2.internal';

const impersonated: [what: string, headers: Record<string, string>][] = [
  ['a person', AS],
  ['a person of `system:masters`', { ...AS, 'impersonate-group': 'system:masters' }],
  ['another identity of ours', { ...AS, 'impersonate-group': 'namespace-sentinel:break-glass' }],
  ['an account', { 'impersonate-user': 'system:serviceaccount:kube-system:generic-garbage-collector' }],
  ['a node', { 'impersonate-user': node, 'impersonate-group': 'system:nodes' }],
  ['a person by the id', { ...AS, 'impersonate-uid': '1' }],
  ['a person with a claim', { ...AS, 'impersonate-extra-canonicalarn': 'arn:aws:iam::111122223333:role/Admin' }],
  ['`system:anonymous`', { 'impersonate-user': 'system:anonymous' }],
];

/** Paths of the API server that are not kinds and that not everybody may read. */
const PATHS = [
  '/metrics',
  '/metrics/slis',
  '/logs/',
  '/debug/pprof/heap',
  '/debug/flags/v',
  '/debug/api_priority_and_fairness/dump_queues',
  '/statusz',
  '/flagz',
  '/configz',
];

/** The same for every identity; all are refused. */
export const COMMON_ATTACKS: readonly Attack[] = [
  ...impersonated.map(
    ([what, headers]): Attack => ({ what: `impersonate ${what}`, request: as(headers), expect: 'refused' }),
  ),
  ...PATHS.map(
    (path): Attack => ({ what: `read \`${path}\` of the API server`, request: { path }, expect: 'refused' }),
  ),
];
