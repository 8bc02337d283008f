/** Cases of the proofs that nobody is in its pods. */
import { LogBudgetExceeded } from '../../../functions/contract/errors.ts';
import { inside, NOW } from '../stage.ts';
import { admin, type Contained, later, pods, type Row, session } from './contained.ts';

const HOUR = 3_600;
const QUARANTINED = -2 * HOUR;
const PROXY = { verb: 'get', resource: 'nodes', subresource: 'proxy' };
const ENDED = { stage: 'ResponseComplete' };
const BY_NODE = {
  objectRef: { resource: 'nodes', name: 'node-1', subresource: 'proxy' },
  requestURI: '/api/v1/nodes/node-1/proxy/%65xec/evil/running/main?command=id',
};
const log =
  (...lines: ReturnType<typeof later>[]) =>
  (on: Contained) => {
    on.auditLines = lines;
  };

export const SESSION_CASES: Row[] = [
  ['sessions-ended', 'nobody was in', () => 0, 'proven', /of 0 requests none is open/],
  [
    'sessions-ended',
    'it has ended',
    log(session(-3 * HOUR), session(-3 * HOUR, ENDED), later(-1)),
    'proven',
    /of 1 request none is open/,
  ],
  [
    'sessions-ended',
    'a command of before',
    log(session(-3 * HOUR), later(-1)),
    'not-proven',
    /open is mallory: exec into running since 2026-11-26T07:00:00.000Z. They end with the pods/,
  ],
  [
    'sessions-ended',
    'by WebSocket, as somebody else',
    log(session(-3 * HOUR, { verb: 'get', impersonatedUser: { username: 'root' } }), later(-1)),
    'not-proven',
    /mallory as root: exec/,
  ],
  [
    'sessions-ended',
    'a port is forwarded',
    log(
      session(-3 * HOUR, {
        objectRef: { resource: 'pods', namespace: 'evil', name: 'running', subresource: 'portforward' },
      }),
      later(-1),
    ),
    'not-proven',
    /portforward into running/,
  ],
  [
    'sessions-ended',
    'through the kubelet, with an escaped path',
    log(session(-3 * HOUR, BY_NODE), later(-1)),
    'not-proven',
    /exec into running by nodes\/node-1/,
  ],
  [
    'sessions-ended',
    'through a Service',
    log(
      session(-3 * HOUR, {
        objectRef: { resource: 'services', namespace: 'evil', name: 'web', subresource: 'proxy' },
        responseStatus: { code: 200 },
      }),
      later(-1),
    ),
    'not-proven',
    /proxy into services\/web/,
  ],
  [
    'sessions-ended',
    'the end of another request has its Audit-ID',
    log(
      session(-3 * HOUR),
      session(-2.5 * HOUR, { requestReceivedTimestamp: new Date(NOW - 2.5 * HOUR * 1_000).toISOString() }),
      session(-2.5 * HOUR, ENDED),
      later(-1),
    ),
    'not-proven',
    /open is mallory: exec into running since 2026-11-26T07:00/,
  ],
  [
    'sessions-ended',
    'in a pod that has ended',
    (on) => {
      const of = { resource: 'pods', namespace: 'evil', name: 'gone', subresource: 'exec' };
      on.auditLines = [session(-3 * HOUR, { objectRef: of }), later(-1)];
    },
    'proven',
    /none is open/,
  ],
  [
    'sessions-ended',
    'in a pod that was there before this one',
    (on) => {
      on.add(
        inside('v1', 'Pod', 'running', { spec: {} }, { creationTimestamp: new Date(NOW - HOUR * 1_000).toISOString() }),
      );
      on.auditLines = [session(-3 * HOUR), later(-1)];
    },
    'proven',
    /none is open/,
  ],
  [
    'sessions-ended',
    'it was refused',
    log(session(-3 * HOUR, { responseStatus: { code: 403 } }), later(-1)),
    'proven',
    /0 req/,
  ],
  [
    'sessions-ended',
    'in another namespace',
    log(
      session(-3 * HOUR, { objectRef: { resource: 'pods', namespace: 'shop', name: 'running', subresource: 'exec' } }),
      later(-1),
    ),
    'proven',
    /of 0 requests/,
  ],
  [
    'sessions-ended',
    'one of the API servers is late',
    log(later(-1), later(QUARANTINED - 60, {}, 'kube-apiserver-audit-b')),
    'not-proven',
    /complete to 2026-11-26T07:59:00.000Z.*1 stream of 2 end before the quarantine.*audit-b/,
  ],
  [
    'sessions-ended',
    'an API server that has been gone for long',
    log(later(-1), later(QUARANTINED - 2 * HOUR, {}, 'kube-apiserver-audit-b')),
    'proven',
    /none is open/,
  ],
  ['sessions-ended', 'the log is silent', log(), 'not-proven', /no API server has written/],
  [
    'sessions-ended',
    'a line that was cut',
    (on) => {
      const whole = session(-3 * HOUR);
      on.auditLines = [{ ...whole, message: whole.message.slice(0, whole.message.indexOf('"user"')) }, later(-1)];
    },
    'not-proven',
    /lines that were cut/,
  ],
  [
    'sessions-ended',
    'more than may be read',
    (on) => {
      on.clients.auditLog = {
        newest: async () => [{ stream: 'a', at: NOW }],
        ask: async () => {
          throw new LogBudgetExceeded('too much');
        },
      };
    },
    'not-proven',
    /too much/,
  ],
  [
    'sessions-ended',
    'only the last hour may be read',
    (on) => {
      on.clients.auditLog = {
        newest: async () => [{ stream: 'a', at: NOW }],
        ask: async ({ to }) => ({ from: to - 1, entries: [], more: true, completeUntil: to, limit: 'log-budget' }),
      };
    },
    'not-proven',
    /what was before that is more than may be read/,
  ],
  [
    'sessions-ended',
    'no log at hand',
    (on) => void delete on.clients.auditLog,
    'not-proven',
    /cannot be read from here/,
  ],
  ['sessions-ended', 'nothing runs', (on) => on.drop(`${pods}/running`), 'not-applicable', /none of its pods runs/],

  ['nodes-proxy', 'nobody', () => 0, 'proven', /nobody else/],
  ['nodes-proxy', 'somebody', (on) => on.add(...admin(PROXY.verb, '', 'nodes/proxy')), 'not-proven', /User alice/],
];
