/** Signs in how a pod was made, and where it wants to run. */
import { text } from '../../../kit/json.ts';
import { defineSign } from './sign.ts';

/** Nothing makes it again, and nobody's deployment made it. */
export const barePod = defineSign({
  sign: 'bare-pod',
  words: 'pod without a controller',
  danger: 2,
  look: (_, { kind }) => (kind === 'Pod' ? ['nothing controls it'] : []),
});

const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

export const controlPlaneToleration = defineSign({
  sign: 'control-plane-toleration',
  words: 'runs on every node, control plane included',
  danger: 4,
  look: ({ tolerations }) => {
    const everything = tolerations.some(({ key, operator }) => !text(key) && operator === 'Exists');
    if (everything) return ['tolerates every taint'];
    return tolerations.flatMap(({ key }) => (CONTROL_PLANE.includes(String(key)) ? [`tolerates ${key}`] : []));
  },
});
