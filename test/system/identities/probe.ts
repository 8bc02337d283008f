/** What whoever has stolen the identity of the probe is refused, and what the probe itself sees. */
import { describe, expect, test } from '@jest/globals';
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { dry, merge, POD, post, refusedBy, remove } from '../cluster-side.ts';
import { core } from './objects.ts';
import { refuses, side } from './scene.ts';

/** Registers the tests. */
export function probeIsRefused(): void {
  describe('a stolen probe cannot', () => {
    refuses(
      () => side.probe,
      [
        ['create a pod', () => post(`${core('free')}/pods`, POD('x')), 'guard-probe'],
        ['create a pod in quarantine', () => post(`${core('pen')}/pods`, POD('x')), 'freeze', 'guard-probe'],
        ['create a pod on the platform', () => post(`${core('kube-system')}/pods`, POD('x')), 'guard-probe'],
        ['try a pod elsewhere', () => dry(post(`${core('free')}/pods`, POD('x'))), 'guard-probe'],
        ['run commands', () => ({ method: 'POST', path: `${core('free')}/pods/shell/exec?command=id` }), 'guard-probe'],
        [
          'run commands where a probe would be',
          () => ({ method: 'POST', path: `${core('free')}/pods/namespace-sentinel-probe-1/exec?command=id` }),
          'guard-probe',
        ],
        ['delete a pod', () => remove(`${core('pen')}/pods/bare`), 'rbac'],
        ['label a namespace', () => merge(core('free'), { metadata: { labels: { a: 'b' } } }), 'rbac'],
        ['read a ConfigMap', () => ({ path: `${core('pen')}/configmaps/settings` }), 'rbac'],
      ],
    );
  });

  describe('the probe is refused by the freeze itself', () => {
    refuses(
      () => side.probe,
      [
        ['a pod as a dry run', () => dry(post(`${core('pen')}/pods`, POD('x'))), 'freeze'],
        [
          'a command',
          () => ({ method: 'POST', path: `${core('pen')}/pods/namespace-sentinel-probe-1/exec?command=id` }),
          'freeze',
        ],
      ],
    );

    test('and not where the freeze is missing', async () => {
      const names = 'validatingadmissionpolicybinding/namespace-sentinel-freeze';
      await side.kubectl(['delete', names]);
      const tried = dry(post(`${core('pen')}/pods`, POD('x')));
      // The quota would refuse too: here there is none of ours yet.
      await side.cluster.processes.until(async () => (await side.ask(side.probe, tried)).code === 201, {
        what: 'the freeze is out of force',
      });
      const command = (name: string): KubeRequest => ({
        method: 'POST',
        path: `${core('pen')}/pods/${name}/exec?command=id`,
      });
      expect((await side.ask(side.probe, command('namespace-sentinel-probe-1'))).code).toBe(404);
      expect((await side.ask(side.probe, command('bare'))).text).toContain(refusedBy('guard-probe'));
      expect((await side.ask(side.probe, post(`${core('pen')}/pods`, POD('x')))).text).toContain(
        refusedBy('guard-probe'),
      );
      await side.kubectl(['apply', '-k', 'cluster/']);
      await side.untilRefused(side.probe, tried, 'freeze');
    });
  });
}
