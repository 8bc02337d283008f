/** Small audit logs, and a context in which a check asks them. */

import type { Check, CheckClients, CheckContext, CheckSettings } from '../../functions/checks/check.ts';
import { namespaceReader } from '../../functions/checks/parts/target.ts';
import { LocalLogSearch, type RecordedLines } from '../../functions/clients/local/log-search.ts';
import type { LogSearch, LogSource } from '../../functions/clients/logs/log-search.ts';
import { LogBudgetExceeded, LogQueryTimeout, LogSourceMissing } from '../../functions/contract/errors.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { runCheck } from '../../functions/investigate/run-check.ts';
import { cluster, SETTINGS } from './clusters.ts';
import { ACCOUNT, finding } from './examples.ts';

/** Twenty minutes after the request of {@link finding}: all that concerns it has arrived. */
export const LATER = Date.parse('2026-11-23T10:20:00Z');

/** `10:00:00` on the day of the request. */
export const time = (clock: string): string => `2026-11-23T${clock}.000000Z`;

export interface Request {
  at?: string;
  user?: object;
  impersonatedUser?: object;
  verb?: string;
  /** `pods/exec`, `roles.rbac.authorization.k8s.io` */
  on?: string;
  namespace?: string;
  name?: string;
  code?: number;
  uri?: string;
  from?: string;
  agent?: string;
  request?: object;
  response?: object;
  stage?: string;
}

/** As the authenticator of EKS makes it. */
export const roleUser = (role = 'ci', session = 'build-7') => ({
  username: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
  groups: ['developers', 'system:authenticated'],
  extra: { canonicalArn: [`arn:aws:iam::${ACCOUNT}:role/${role}`], sessionName: [session] },
});

let serial = 0;

/** A line of the audit log; by default a read by the creator. */
export function event(request: Request = {}): string {
  const { at = time('09:30:00'), user = roleUser(), verb = 'get', on = 'pods', code = 200, ...rest } = request;
  const [path = '', ...group] = on.split('.');
  const [resource, subresource] = path.split('/');
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: `id-${serial++}`,
    stage: rest.stage ?? 'ResponseComplete',
    requestURI: rest.uri ?? `/api/v1/${path}`,
    verb,
    user,
    ...(rest.impersonatedUser && { impersonatedUser: rest.impersonatedUser }),
    sourceIPs: ['203.0.113.99', rest.from ?? '10.0.0.7'],
    userAgent: rest.agent ?? 'kubectl',
    objectRef: {
      resource,
      ...(rest.namespace && { namespace: rest.namespace }),
      ...(rest.name && { name: rest.name }),
      ...(group.length > 0 && { apiGroup: group.join('.') }),
      ...(subresource && { subresource }),
    },
    responseStatus: { metadata: {}, code },
    ...(rest.request && { requestObject: rest.request }),
    ...(rest.response && { responseObject: rest.response }),
    requestReceivedTimestamp: at,
    stageTimestamp: at,
  });
}

/** The request of {@link finding}, and one much later by which the log is known to go on. */
const CREATION = event({ at: time('10:00:00'), verb: 'create', on: 'namespaces', name: 'shop', code: 201 });
const LAST = event({ at: time('10:19:00'), user: { username: 'system:kube-controller-manager' }, on: 'leases' });

export const auditLog = (...lines: string[]): LocalLogSearch =>
  new LocalLogSearch({ audit: () => [...lines, CREATION, LAST] });

export const logsOf = (logs: Partial<Record<LogSource, RecordedLines>>): LocalLogSearch => new LocalLogSearch(logs);

export interface Asking {
  clients?: CheckClients;
  subject?: Finding;
  settings?: Partial<CheckSettings>;
  now?: number;
}

/** Evidence, as the investigation would have it. */
export function evidenceOf(check: Check, { clients = {}, subject = finding(), settings = {}, now = LATER }: Asking) {
  const { signal } = new AbortController();
  const kubernetes = async () => (clients.kubernetes ?? cluster()).connect(subject.cluster, signal);
  const context: Omit<CheckContext, 'signal'> = {
    finding: subject,
    clients,
    isFirst: true,
    settings: { ...SETTINGS, ...settings },
    kubernetes,
    liveNamespace: namespaceReader(subject, kubernetes, signal),
    now: () => now,
  };
  return runCheck(check, context, check.deadlineMs);
}

/** Ways in which logs cannot be asked, and what is said then. */
export const UNASKED: readonly [string, LogSearch | undefined, RegExp][] = [
  ['there are none', undefined, /there are no logs to search here/],
  [
    'there is no such log',
    failing(new LogSourceMissing('there is no log group /aws/eks/prod/cluster')),
    /^(?:.*\()?there is no log group/,
  ],
  [
    'the budget is used up',
    failing(new LogBudgetExceeded('about 3.00 GB would have to be scanned')),
    /budget: about 3.00 GB/,
  ],
  ['the query takes too long', failing(new LogQueryTimeout('given up')), /given up/],
  [
    'denied',
    failing(
      Object.assign(
        new Error('User: arn:aws:sts::1:x is not authorized to perform: logs:StartQuery on resource: arn:aws:logs:x'),
        { name: 'AccessDeniedException' },
      ),
    ),
    /denied: its role may not do logs:StartQuery on arn:aws:logs:x/,
  ],
  ['rubbish', { ask: async () => ({ rubbish: true }) as never }, /TypeError/],
  ['nothing', { ask: async () => undefined as never }, /TypeError/],
  [
    'a time that is not one',
    { ask: async () => ({ from: 0, entries: [], more: false, completeUntil: Number.NaN }) },
    /Error/,
  ],
];

function failing(error: Error): LogSearch {
  return {
    ask: async () => {
      throw error;
    },
  };
}

export const HANGING: LogSearch = { ask: () => new Promise(() => {}) };
