/** A namespace with something of everything that containment touches; contain/hostile.ts has the whole of it. */
import {
  modestPod,
  roleBinding,
  serviceAccountObject,
  subject,
  workload,
} from '../../../tools/record/incidents/objects.ts';

/** The account by which its pods act. */
export const RUNNER = 'runner';

/** What is put into a namespace that exists. */
export const belongings = (namespace: string): object[] => {
  const metadata = (name: string) => ({ namespace, name });
  return [
    serviceAccountObject(namespace, RUNNER),
    roleBinding(namespace, RUNNER, 'edit', subject.account(namespace, RUNNER)),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('targets'), data: { hosts: 'a\nb' } },
    workload('Deployment', namespace, 'web', { ...modestPod('web'), serviceAccountName: RUNNER }, 2),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata('bare'), labels: { app: 'bare' } },
      spec: modestPod('bare'),
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('web'),
      spec: { selector: { app: 'web' }, ports: [{ port: 443, targetPort: 8080 }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: metadata('allow-all'),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
    },
  ];
};
