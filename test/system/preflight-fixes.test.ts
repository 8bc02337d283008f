/** What preflight finds wrong in a cluster, and whether the commands that it prints put that right. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Row } from '../../bin/commands/preflight/check.ts';
import { PREFLIGHT_CHECKS } from '../../bin/commands/preflight/checks/index.ts';
import { shippedManifests } from '../../bin/commands/preflight/manifests.ts';
import { GROUPS, QUARANTINE_LABEL } from '../../functions/kubernetes/quarantine.ts';
import { namespace } from '../../tools/record/incidents/objects.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { Terminal } from './contain/paste.ts';
import { bringUp, type Scene } from './contain/scene.ts';

let scene: Scene;
let terminal: Terminal;
const signal = () => AbortSignal.timeout(60_000);

beforeAll(async () => {
  scene = await bringUp();
  terminal = Terminal.forKubectl(scene.cluster);
}, BRING_UP_MS);
afterAll(async () => scene?.close());

test('what preflight says to do', async () => {
  const preflight = async (): Promise<Row[]> => {
    const context = { kubernetes: scene.admin, manifests: shippedManifests(), signal: signal() };
    const rows: Row[] = [];
    for (const check of PREFLIGHT_CHECKS) rows.push(...(await check.run(context)));
    return rows.filter(({ fix = [] }) => fix.length > 0 && fix.every(([program]) => program === 'kubectl'));
  };
  const binding = ['clusterrolebinding', 'namespace-sentinel:observer'];
  await scene.kubectl('delete', ...binding);
  await scene.kubectl('create', ...binding, '--clusterrole=view', '--group=namespace-sentinel:observer');
  await scene.kubectl('delete', 'clusterrole', 'namespace-sentinel:probe');
  await scene.kubectl('delete', 'validatingadmissionpolicybinding', 'namespace-sentinel-freeze');
  await scene.maker.createAll(namespace('left'), namespace('shop'));
  const uid = (await scene.admin.read('/api/v1/namespaces/left', signal()))?.metadata.uid;
  await scene.kubectl(
    'label',
    'namespace',
    'left',
    `${QUARANTINE_LABEL}=${uid}`,
    `--as=x`,
    `--as-group=${GROUPS.contain}`,
  );
  const everything = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['DELETE'], resources: ['*'] }];
  const webhook = (name: string, service: object) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        rules: everything,
        clientConfig: { service },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        // Nothing of this test has the label.
        objectSelector: { matchLabels: { never: 'there' } },
      },
    ],
  });
  await scene.maker.createAll(
    webhook('dead', { namespace: 'shop', name: 'nobody' }),
    webhook('proud', { namespace: 'default', name: 'kubernetes' }),
  );

  const found = await preflight();
  const says = found.map((row) => row.says).join('\n');
  for (const what of ['observer gives another role', 'probe is missing', 'freeze', 'Namespace left', 'dead', 'proud'])
    expect(says).toContain(what);
  for (const { fix = [] } of found) await terminal.pasteAll(fix);
  // What only a person can change by hand stays to be told.
  expect((await preflight()).map((row) => row.says)).toEqual([expect.stringContaining('proud')]);
}, 120_000);
