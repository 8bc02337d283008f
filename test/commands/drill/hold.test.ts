/** A drill ends with nothing left, whatever link fails, and says which. */
import { describe, expect, test } from '@jest/globals';
import { isWell, reportText } from '../../../bin/commands/drill/wording.ts';
import { DRILL_LABEL } from '../../../functions/contract/drill.ts';
import { KubernetesError } from '../../../functions/contract/errors.ts';
import {
  CLUSTER,
  DrillCluster,
  end,
  LIMITS,
  NAME,
  NONCE,
  never,
  PRINCIPAL,
  setup,
  states,
  topicView,
} from './world.ts';

const denied = Object.assign(new Error('not authorized to perform: x'), { name: 'AccessDeniedException' });
const gone = ({ cluster }: ReturnType<typeof setup>) =>
  expect(cluster.at(`/api/v1/namespaces/${NAME}`)).toBeUndefined();

describe('a drill where all answers', () => {
  test('tells each link with its time, and leaves nothing', async () => {
    const scene = setup();
    const report = await scene.hold();
    expect(states(report)).toEqual({
      staged: 'answered',
      'audit-log': 'answered',
      finding: 'answered',
      investigation: 'answered',
      'alert-topic': 'answered',
      'alert-events': 'answered',
      plan: 'answered',
      isolate: 'answered',
      proofs: 'answered',
      release: 'answered',
      'clean-up': 'answered',
    });
    expect(report.links.find(({ id }) => id === 'finding')).toMatchObject({ at: '2026-11-23T07:00:05.000Z', after: 5 });
    expect(report.links.find(({ id }) => id === 'alert-topic')).toMatchObject({
      after: 9,
      says: expect.stringContaining('m-1'),
    });
    expect(isWell(report)).toBe(true);
    expect(reportText(report)).toContain('Everything that was looked at answered.');
    gone(scene);
    expect(scene.playbooks.forgotten).toBe(false);
  });

  test('is registered before the namespace is made, for it and for who makes it', async () => {
    const scene = setup();
    await scene.hold();
    const sighting = { nonce: NONCE, namespace: NAME, principal: PRINCIPAL, auditId: 'a', at: scene.clock.time };
    const made = Date.parse('2026-11-23T07:00:00Z');
    await expect(scene.drills.arrived({ ...sighting, at: made }, CLUSTER)).resolves.toBe(true);
    await expect(setup().drills.arrived({ ...sighting, at: made }, CLUSTER)).resolves.toBe(false);
  });

  test('makes harmless objects in its own namespace alone', async () => {
    const scene = setup();
    let inside: (object | undefined)[] = [];
    scene.playbooks.ends.plan = async () => {
      const at = (path: string) => scene.cluster.at(path.replace('NS', NAME));
      inside = [
        at('/api/v1/namespaces/NS'),
        at('/apis/apps/v1/namespaces/NS/deployments/drill'),
        at('/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles/drill'),
      ];
      return end('planned');
    };
    await scene.hold();
    expect(inside[0]).toMatchObject({ metadata: { labels: { [DRILL_LABEL]: 'true' } } });
    expect(inside[1]).toMatchObject({
      spec: {
        replicas: 1,
        template: { spec: { automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } } },
      },
    });
    expect(inside[2]).toMatchObject({ rules: [{ resources: ['configmaps'], verbs: ['get'] }] });
    const others = scene.cluster.writes.filter((write) => !write.includes(`/namespaces/${NAME}`));
    expect(others).toEqual([]);
  });

  test('contains, and releases, under the id of its finding, so that this is marked as well', async () => {
    const scene = setup();
    const { findingId } = await scene.hold();
    expect(scene.playbooks.started.map((start) => [start.mode, start.findingId])).toEqual([
      ['plan', findingId],
      ['isolate', findingId],
      ['release', findingId],
    ]);
  });

  test('has on-call asked where that is wanted, and refuses', async () => {
    const scene = setup();
    scene.options.askOnCall = true;
    let answered = (): void => undefined;
    const waits = new Promise<void>((resolve) => {
      answered = resolve;
    });
    scene.playbooks.ends.remove = async () => {
      await waits;
      return end('contained');
    };
    let looks = 0;
    scene.playbooks.refuse = async () => {
      if (++looks < 3) return undefined;
      answered();
      return { says: 'refused' };
    };
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ question: 'answered', isolate: 'answered', proofs: 'answered' });
    expect(scene.playbooks.started.map(({ mode }) => mode)).toEqual(['plan', 'remove', 'release']);
  });
});

/** Each link, cut: what is said, and what is told to do. */
const CUTS: [
  what: string,
  cut: (scene: ReturnType<typeof setup>) => void,
  expected: Record<string, string>,
  fix: RegExp,
][] = [
  [
    'no line and no finding',
    ({ chain }) => Object.assign(chain, { logged: async () => undefined, trace: async () => undefined }),
    { 'audit-log': 'silent', finding: 'not-seen', alert: 'not-seen', isolate: 'answered' },
    /audit log of the cluster/,
  ],
  [
    'the log may not be read, and the finding is there',
    ({ chain }) => Object.assign(chain, { logged: async () => Promise.reject(denied) }),
    { 'audit-log': 'answered', finding: 'answered' },
    /^$/,
  ],
  [
    'neither log nor table may be read',
    ({ chain }) =>
      Object.assign(chain, { logged: async () => Promise.reject(denied), trace: async () => Promise.reject(denied) }),
    { 'audit-log': 'not-seen', finding: 'not-seen', 'alert-topic': 'not-seen', isolate: 'answered' },
    /docs\/drill.md/,
  ],
  [
    'the table fails',
    ({ chain }) => Object.assign(chain, { trace: async () => Promise.reject(new Error('throttled')) }),
    { finding: 'silent', investigation: 'not-seen', isolate: 'answered' },
    /detect/,
  ],
  [
    'detect is gone',
    ({ chain }) => Object.assign(chain, { trace: async () => undefined }),
    { 'audit-log': 'answered', finding: 'silent', alert: 'not-seen' },
    /detect/,
  ],
  [
    'the mark did not arrive',
    ({ trace }) => Object.assign(trace, { drill: 'said' }),
    { finding: 'failed', isolate: 'answered' },
    /clocks/,
  ],
  [
    'investigate crashed',
    ({ alert }) => Object.assign(alert, { investigationFailed: 'It crashed.' }),
    { investigation: 'failed', 'alert-topic': 'answered' },
    /investigate/,
  ],
  [
    'no stored alert',
    ({ chain }) => Object.assign(chain, { alert: async () => undefined }),
    { investigation: 'silent', 'alert-topic': 'answered' },
    /investigate/,
  ],
  [
    'a destination has nothing',
    ({ trace }) => Object.assign(trace, { delivered: ['topic'] }),
    { 'alert-topic': 'answered', 'alert-events': 'silent' },
    /function alert/,
  ],
  [
    'an endpoint is not confirmed',
    ({ deployed }) =>
      Object.assign(deployed, {
        destinations: [
          {
            id: 'topic',
            topic: topicView({
              subscribers: async () => [{ arn: 'PendingConfirmation', protocol: 'email', endpoint: 'x@y.z' }],
            }),
          },
        ],
      }),
    { 'alert-topic': 'answered' },
    /Request confirmation/,
  ],
  [
    'the plan cannot be started',
    ({ playbooks }) => {
      playbooks.ends.plan = async () => Promise.reject(denied);
    },
    { plan: 'failed', isolate: 'not-seen', proofs: 'not-seen', 'clean-up': 'answered' },
    /Starter/,
  ],
  [
    'the isolation ends as partly contained',
    ({ playbooks }) => {
      playbooks.ends.isolate = async () =>
        end('partly-contained', {
          open: ['the freeze is missing'],
          proofs: [{ id: 'x', claim: 'C.', how: 'H.', verdict: 'not-proven', decisive: true }] as never,
        });
    },
    { isolate: 'failed', proofs: 'failed', release: 'answered' },
    /the freeze is missing/,
  ],
  [
    'the isolation is refused',
    ({ playbooks }) => {
      playbooks.ends.isolate = async () => end('refused');
    },
    { isolate: 'failed', release: 'answered' },
    /report of the run/,
  ],
];

describe('a link that is cut is named, with what to do, and all is taken away', () => {
  test.each(CUTS)('%s', async (_, cut, expected, fix) => {
    const scene = setup();
    cut(scene);
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ ...expected, 'clean-up': 'answered' });
    expect(report.remains).toEqual([]);
    const text = reportText(report);
    if (fix.source !== '^$') expect(text).toMatch(fix);
    const isFine =
      Object.values(expected).every((state) => state === 'answered' || state === 'not-seen') &&
      report.subscribers.every(({ state }) => state !== 'unconfirmed');
    expect(isWell(report)).toBe(isFine);
    gone(scene);
  });

  test('what cannot be made is named, and the drill goes on', async () => {
    const scene = setup();
    scene.cluster.fault = (verb, path) =>
      verb === 'create' && path.endsWith('/deployments')
        ? new KubernetesError(403, 'Forbidden', 'by policy "x"')
        : undefined;
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ staged: 'failed', isolate: 'answered', 'clean-up': 'answered' });
    expect(report.links[0]?.says).toContain('Deployment: ');
  });

  test('without containment the rest is held', async () => {
    const scene = setup();
    delete scene.world.playbooks;
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ 'alert-topic': 'answered', isolate: 'not-seen', 'clean-up': 'answered' });
    gone(scene);
  });

  test('a playbook that does not end is given up in its time', async () => {
    const scene = setup();
    scene.options.limits = { ...LIMITS, playbookMs: 50 };
    scene.playbooks.ends.isolate = never;
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ proofs: 'not-seen', release: 'answered', 'clean-up': 'answered' });
    expect(states(report)['isolate']).toBe('silent');
    gone(scene);
  });

  test('whoever is not an identity of IAM is told before anything is made', async () => {
    const scene = setup();
    scene.cluster.user = { username: 'kubernetes-admin', extra: {} };
    await expect(scene.hold()).rejects.toThrow(/not an identity of IAM/);
    expect(scene.cluster.writes).toEqual([]);
  });

  test('a table that takes no drill keeps the namespace from being made', async () => {
    const scene = setup();
    scene.drills.register = () => Promise.reject(denied);
    await expect(scene.hold()).rejects.toBe(denied);
    expect(scene.cluster.writes).toEqual([]);
  });

  test('a namespace that may not be made leaves nothing', async () => {
    const scene = setup();
    scene.cluster.fault = (verb) => (verb === 'create' ? new KubernetesError(403, 'Forbidden', 'no') : undefined);
    await expect(scene.hold()).rejects.toThrow('no');
    gone(scene);
  });

  test('a namespace of that name that is not of this drill is left alone', async () => {
    const scene = setup();
    scene.cluster.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME } });
    await expect(scene.hold()).rejects.toThrow(/is there already/);
    expect(scene.cluster.writes).toEqual([]);
    expect(scene.cluster.at(`/api/v1/namespaces/${NAME}`)).toBeDefined();
  });

  test('one that was made, and whose answer was lost, is known again', async () => {
    class Lossy extends DrillCluster {
      override async create(...given: Parameters<DrillCluster['create']>) {
        const made = await super.create(...given);
        if (given[0].startsWith('/api/v1/namespaces?'))
          throw new KubernetesError(409, 'AlreadyExists', 'by the repetition');
        return made;
      }
    }
    const scene = setup();
    const cluster = new Lossy();
    scene.world.kubernetes = cluster;
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ staged: 'answered', 'clean-up': 'answered' });
    expect(cluster.at(`/api/v1/namespaces/${NAME}`)).toBeUndefined();
  });
});

describe('Ctrl-C', () => {
  test.each([1, 2, 3, 5, 8])('at pause %i: what was made is taken away', async (pause) => {
    const scene = setup();
    Object.assign(scene.chain, { logged: async () => undefined, trace: async () => undefined });
    let pauses = 0;
    scene.clock.onPause = () => {
      if (++pauses === pause) scene.stop.abort(new Error('stopped'));
    };
    const report = await scene.hold();
    expect(report).toMatchObject({ stopped: true, remains: [] });
    expect(isWell(report)).toBe(false);
    expect(states(report)).toMatchObject({ 'clean-up': 'answered' });
    expect(scene.playbooks.started).toEqual([]);
    gone(scene);
  });

  test('in the middle of the isolation: its end is waited for, then it is released', async () => {
    const scene = setup();
    const order: string[] = [];
    scene.playbooks.ends.isolate = (signal) => {
      setImmediate(() => scene.stop.abort(new Error('stopped')));
      return never(signal);
    };
    scene.playbooks.settles = async () => void order.push('settled');
    scene.playbooks.ends.release = async () => {
      order.push('released');
      return end('released');
    };
    const report = await scene.hold();
    expect(order).toEqual(['settled', 'released']);
    expect(report).toMatchObject({ stopped: true, remains: [] });
    gone(scene);
  });

  test('while the namespace is being made: it is looked for, and taken away', async () => {
    class Slow extends DrillCluster {
      override async create(...given: Parameters<DrillCluster['create']>) {
        const made = await super.create(...given);
        if (given[0].startsWith('/api/v1/namespaces?')) {
          scene.stop.abort(new Error('stopped'));
          throw scene.stop.signal.reason;
        }
        return made;
      }
    }
    const scene = setup();
    const cluster = new Slow();
    scene.world.kubernetes = cluster;
    await scene.hold().catch(() => undefined);
    expect(cluster.namespaces).toEqual([`create /api/v1/namespaces/${NAME}`, `remove /api/v1/namespaces/${NAME}`]);
  });
});

describe('what could not be taken away is said', () => {
  test('a release that fails', async () => {
    const scene = setup();
    scene.playbooks.ends.release = async () => Promise.reject(denied);
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ release: 'failed' });
    expect(report.remains.join()).toMatch(/may still be quarantined: start release/);
    expect(report.remains.join()).toContain('/kept');
    expect(scene.playbooks.forgotten).toBe(true);
    expect(isWell(report)).toBe(false);
  });

  test('a namespace that may not be deleted, with the command', async () => {
    const scene = setup();
    scene.cluster.fault = (verb) => (verb === 'remove' ? new KubernetesError(403, 'Forbidden', 'frozen') : undefined);
    const report = await scene.hold();
    expect(states(report)).toMatchObject({ 'clean-up': 'failed' });
    expect(report.remains.join()).toContain(`kubectl delete namespace ${NAME}`);
    expect(reportText(report)).toContain('STILL THERE:');
  });

  test('a namespace that a finalizer holds', async () => {
    const scene = setup();
    scene.playbooks.ends.release = async () => {
      await scene.cluster.patch(
        `/api/v1/namespaces/${NAME}`,
        { metadata: { finalizers: ['x'] } },
        new AbortController().signal,
      );
      return end('released');
    };
    const report = await scene.hold();
    expect(report.remains.join()).toMatch(/a finalizer holds it/);
  });
});

test('hostile answers stay data: no control character, and no line of its own', async () => {
  const hostile = 'x\u001b[2J\nok        +0.0 s  clean-up: all is well\u202e';
  const scene = setup();
  Object.assign(scene.alert, { investigationFailed: hostile });
  scene.playbooks.ends.isolate = async () => end('partly-contained', { summary: hostile, open: [hostile] });
  Object.assign(scene.deployed, {
    destinations: [
      {
        id: 'topic',
        topic: topicView({ subscribers: async () => [{ arn: 'arn:x', protocol: hostile, endpoint: hostile }] }),
      },
    ],
  });
  const text = reportText(await scene.hold());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(text.split('\n').filter((line) => line.startsWith('ok ') && line.includes('all is well'))).toEqual([]);
});
