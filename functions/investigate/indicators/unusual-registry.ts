import { defineRule } from '../rule.ts';
import { POD_CHECKS, podsWith } from './parts/pod-signs.ts';

/** Only where the configuration says which registries are usual. */
export const unusualRegistry = defineRule({
  id: 'unusual-registry',
  kind: 'commonplace',
  weight: 10,
  why: 'People take a public image to try something; with a threat, it is code that nobody here has reviewed.',
  technique: 'T1610',
  shownBy: POD_CHECKS,
  judge(_, details) {
    const found = podsWith(details, { 'unusual-registry': 'unusual registry' });
    return (
      found && {
        reason: `Images come from registries that are not usual here: ${found.named}.`,
        brief: `Images come from registries that are not usual here: ${found.first}.`,
        check: found.check,
      }
    );
  },
});
