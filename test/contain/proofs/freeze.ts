/** Cases of the proofs that nothing new can start. */
import { changedInFlight } from '../../../functions/contain/framework/in-flight.ts';
import type { DoneAction } from '../../../functions/contract/containment.ts';
import { KubernetesError } from '../../../functions/contract/errors.ts';
import { QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import { inside, NOW, namespace } from '../stage.ts';
import { ACCOUNT, ADMISSION, FREEZE, forbidden, RIGHTS, type Row, refusedBy } from './contained.ts';

const CHANGED: DoneAction = {
  verb: 'patch',
  kind: 'Namespace',
  name: 'evil',
  what: 'label',
  outcome: 'failed',
  reason: String(changedInFlight({ metadata: { labels: { a: 'b' } } }, {})),
};

export const FREEZE_CASES: Row[] = [
  ['target-unchanged', 'isolated', () => 0, 'proven', /the label has it/],
  ['target-unchanged', 'the label is gone', (on) => on.add(namespace({})), 'not-proven', /label is missing/],
  [
    'target-unchanged',
    'the label is another',
    (on) => on.add(namespace({ [QUARANTINE_LABEL]: 'x' })),
    'not-proven',
    /not the UID/,
  ],
  [
    'target-unchanged',
    'it was made again',
    (on) => on.add({ ...namespace(), metadata: { name: 'evil', uid: 'x' } }),
    'not-proven',
    /another namespace/,
  ],
  ['target-unchanged', 'it is gone', (on) => on.drop('/api/v1/namespaces/evil'), 'not-proven', /is gone/],

  ['pods-refused', 'frozen', () => 0, 'proven', /freeze policy refused it: 403/],
  [
    'pods-refused',
    'the quota refuses',
    (on) => (on.answers.pod = forbidden('exceeded quota: zero, requested: pods=1')),
    'proven',
    /quota refused/,
  ],
  [
    'pods-refused',
    'the account is gone',
    (on) => (on.answers = { pod: ACCOUNT, mirror: FREEZE, exec: FREEZE }),
    'proven',
    /without an account/,
  ],
  [
    'pods-refused',
    'only the account stops it',
    (on) => (on.answers = { pod: ACCOUNT, exec: FREEZE }),
    'not-proven',
    /would have been created/,
  ],
  ['pods-refused', 'nothing refuses', (on) => (on.answers.pod = undefined), 'not-proven', /would have been created/],
  [
    'pods-refused',
    'Pod Security refuses',
    (on) => (on.answers.pod = forbidden('violates PodSecurity "restricted:latest"')),
    'not-proven',
    /not by what freezes/,
  ],
  ['pods-refused', 'the probe has no rights', (on) => (on.answers.pod = RIGHTS), 'not-proven', /itself may not/],
  [
    'pods-refused',
    'the guard refuses',
    (on) => (on.answers.pod = refusedBy('namespace-sentinel-guard-probe')),
    'not-proven',
    /itself may not/,
  ],
  [
    'pods-refused',
    'a policy of an attacker refuses',
    (on) => (on.answers.pod = refusedBy('no-namespace-sentinel-freeze')),
    'not-proven',
    /not by what freezes/,
  ],
  [
    'pods-refused',
    'a policy of an attacker says that it is ours',
    (on) =>
      (on.answers.pod = forbidden(`ValidatingAdmissionPolicy 'x' with binding 'x' denied request: ${FREEZE.message}`)),
    'not-proven',
    /not by what freezes/,
  ],
  [
    'pods-refused',
    'a webhook of an attacker says that it is the freeze',
    (on) =>
      (on.answers.pod = new KubernetesError(
        403,
        'Forbidden',
        `admission webhook "x" denied the request: ${FREEZE.message}`,
      )),
    'not-proven',
    /not by what freezes/,
  ],
  [
    'pods-refused',
    'a webhook fails',
    (on) => (on.answers.pod = new KubernetesError(500, 'InternalError', 'webhook')),
    'not-proven',
    /500 webhook/,
  ],

  ['exec-refused', 'frozen', () => 0, 'proven', /before the pod was looked for/],
  [
    'exec-refused',
    'the pod is looked for',
    (on) => (on.answers.exec = new KubernetesError(404, 'NotFound', 'pods "x" not found')),
    'not-proven',
    /404/,
  ],
  ['exec-refused', 'the probe has no rights', (on) => (on.answers.exec = RIGHTS), 'not-proven', /itself may not/],

  ['freeze-policy-in-force', 'as shipped', () => 0, 'proven', /namespace-sentinel-freeze/],
  [
    'freeze-policy-in-force',
    'changed',
    (on) => on.change('validatingadmissionpolicies', ({ spec }) => (spec.failurePolicy = 'Ignore')),
    'not-proven',
    /namespace-sentinel-freeze: the policy differs/,
  ],
  [
    'freeze-policy-in-force',
    'the policy is gone',
    (on) => on.drop(`/apis/${ADMISSION}/validatingadmissionpolicies/namespace-sentinel-freeze`),
    'not-proven',
    /namespace-sentinel-freeze: the policy is missing/,
  ],
  [
    'freeze-policy-in-force',
    'the binding is gone',
    (on) => on.drop(`/apis/${ADMISSION}/validatingadmissionpolicybindings/namespace-sentinel-freeze`),
    'not-proven',
    /namespace-sentinel-freeze: its binding is missing/,
  ],
  [
    'freeze-policy-in-force',
    'an exemption of this cluster, which is told',
    (on) =>
      on.change('validatingadmissionpolicies', ({ spec }) => {
        for (const variable of spec.variables ?? [])
          if (variable.name === 'exempt')
            variable.expression = "[{'who': 'system:serviceaccount:a:b', 'group': '', 'resource': 'pods'}]";
      }),
    'proven',
    /exempt is .*system:serviceaccount:a:b/,
  ],

  [
    'freeze-policy-in-force',
    'an exemption was added since the namespace was quarantined',
    (on) =>
      on.finished('disableNamespace', NOW, { settings: { 'namespace-sentinel-freeze': { exempt: "[{'who': 'x'}]" } } }),
    'not-proven',
    /its list "exempt" was changed since/,
  ],

  ['quota-in-force', 'in force', () => 0, 'proven', /2 kinds at zero/],
  [
    'quota-in-force',
    'deleted',
    (on) => on.drop('/api/v1/namespaces/evil/resourcequotas/zero'),
    'not-proven',
    /none of 0/,
  ],
  [
    'quota-in-force',
    'without a status',
    (on) => on.add(inside('v1', 'ResourceQuota', 'zero', { spec: { hard: { pods: '0' } } })),
    'not-proven',
    /not in its status/,
  ],
  [
    'quota-in-force',
    'raised',
    (on) =>
      on.add(inside('v1', 'ResourceQuota', 'zero', { spec: { hard: { pods: '9' } }, status: { hard: { pods: '9' } } })),
    'not-proven',
    /none of 1/,
  ],
  [
    'quota-in-force',
    'not of pods',
    (on) =>
      on.add(
        inside('v1', 'ResourceQuota', 'zero', { spec: { hard: { secrets: '0' } }, status: { hard: { secrets: '0' } } }),
      ),
    'not-proven',
    /none of 1/,
  ],
  [
    'quota-in-force',
    'of some pods only',
    (on) =>
      on.add(
        inside('v1', 'ResourceQuota', 'zero', {
          spec: { hard: { pods: '0' }, scopes: ['BestEffort'] },
          status: { hard: { pods: '0' } },
        }),
      ),
    'not-proven',
    /none of 1/,
  ],

  ['writes-unchanged', 'as it was sent', () => 0, 'proven', /they are the same\. No MutatingAdmissionPolicy/],
  [
    'writes-unchanged',
    'something else was stored',
    (on) => on.finished('disableNamespace', NOW, {}, [CHANGED]),
    'not-proven',
    /Namespace evil: the API server stored something else/,
  ],
];
