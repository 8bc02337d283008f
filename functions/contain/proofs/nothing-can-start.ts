import { counted } from '../../kit/words.ts';
import { IMPOSSIBLE_KEY } from '../../kubernetes/quarantine.ts';
import { rightsOn, servedAt } from '../forms/form.ts';
import { WORKLOAD_FORMS } from '../forms/index.ts';
import { rights } from '../framework/needs.ts';
import { resourceName } from '../isolation/api-kinds.ts';
import { SCALER } from '../removal/workloads.ts';
import { fewNames, notApplicable, notProven, objectName, proven, type Verification } from './proof.ts';

/** Decisive: what is not stopped at its owner comes back when the freeze is lifted. */
export const nothingCanStart: Verification = {
  id: 'nothing-can-start',
  claim: 'What makes pods is at zero or suspended.',
  decisive: true,
  shows: 'configuration',
  needs: {
    kubernetes: [
      ...rights(['list'], 'nodes', resourceName(SCALER)),
      ...WORKLOAD_FORMS.flatMap((form) => rightsOn(form, 'list')),
    ],
  },
  async prove(look) {
    const { uid } = look.target;
    if (look.context.run.scope === 'pods')
      return notApplicable(
        'By the scope "pods" its owners stay as they are: what keeps them down is the freeze, and the quota.',
      );
    const scalers = await look.list(SCALER.apiVersion, SCALER.resource);
    const kinds = await Promise.all(
      WORKLOAD_FORMS.map(async (form) => {
        const { apiVersion, resource } = servedAt(form);
        const objects = await look.list(apiVersion, resource);
        return { all: objects.length, active: objects.filter((object) => form.contain(object, uid) !== undefined) };
      }),
    );
    const active = [...scalers, ...kinds.flatMap((each) => each.active)];
    if (active.length > 0) return notProven(`Read: not stopped: ${fewNames(active.map(objectName))}.`);
    const nodes = await look.list('v1', 'nodes', 'everywhere');
    const fitting = nodes.filter(({ metadata }) => metadata.labels?.[IMPOSSIBLE_KEY] === uid);
    if (fitting.length > 0)
      return notProven(
        `Read: a DaemonSet would fit ${fewNames(fitting.map(objectName))}: somebody has labelled them for it.`,
      );
    const total = kinds.reduce((sum, { all }) => sum + all, 0);
    return proven(
      `Read: everything that makes pods (${counted(total, 'object')}) is at zero, suspended or without a node; nothing scales it.`,
    );
  },
};
