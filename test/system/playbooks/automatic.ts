/** Isolation that starts by itself. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import { deploy } from '../../../tools/twin/deployment.ts';
import type { Account } from './account.ts';

import {
  account,
  CONTAINMENT,
  dev,
  expectIsolated,
  kubectl,
  ns,
  printed,
  read,
  report,
  SUCCEEDED,
  stack,
  toldOf,
  uids,
} from './scene.ts';

/** Its name is taken for one of the platform's. */
const GRAVE = 'kube-systern';

/** Registers the tests, which deploy the stack again. */
export function startsByItself(): void {
  describe('deployed with an automatic start from CRITICAL on', () => {
    const isCreation = (name: string) => (message: Awaited<ReturnType<Account['message']>>) =>
      message.finding?.namespace.name === name && message.finding.outcome === 'created';

    beforeAll(async () => {
      const autoStart = { severity: 'CRITICAL', maxPerHour: 3 };
      await deploy(stack, report, { containment: { ...CONTAINMENT, autoStart } });
    }, 120_000);

    test('a grave finding is isolated by itself, and the alert says so', async () => {
      // By the administrator's certificate, whom AWS does not know.
      await kubectl(stack.adminKubeconfig, 'create', 'namespace', GRAVE);
      const { id, finding, assessment, autoStart, contain } = await account.message('the alert', isCreation(GRAVE));
      expect(assessment?.severity).toBe('CRITICAL');
      expect(autoStart).toEqual({ stateMachine: account.output('ContainPlaybookArn'), name: `auto-${id}` });
      if (!contain || 'leftOut' in contain) throw new Error('it cannot be contained');
      printed.set(GRAVE, contain);
      uids.set(GRAVE, finding?.namespace.uid ?? '');
      const arn = `${account.output('ContainPlaybookArn').replace(':stateMachine:', ':execution:')}:auto-${id}`;
      // First of all the message: the execution starts only after the alert.
      expect(await toldOf({ arn })).toMatchObject({ id, outcome: 'contained' });
      const ended = await account.ended(arn);
      expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'contained', mode: 'isolate' } });
      await expectIsolated(GRAVE);
    }, 120_000);

    test('a lesser one is left to people', async () => {
      await kubectl(dev, 'create', 'namespace', 'slight');
      const { assessment, autoStart } = await account.message('the alert', isCreation('slight'));
      expect(['LOW', 'MEDIUM', 'HIGH']).toContain(assessment?.severity);
      expect(autoStart).toBeUndefined();
      expect((await read(ns('slight')))?.metadata.labels).not.toHaveProperty([QUARANTINE_LABEL]);
    }, 60_000);
  });
}
