import { defineRule } from '../rule.ts';
import { exposedBy } from './parts/exposed-services.ts';

/** Falco: NodePort service created. Much that is ordinary is reached that way, so it tells something beside a threat only. */
export const nodePort = defineRule({
  id: 'node-port',
  kind: 'commonplace',
  weight: 15,
  technique: 'T1133',
  shownBy: ['network'],
  judge: (_, details) => exposedBy('NodePort', details),
});
