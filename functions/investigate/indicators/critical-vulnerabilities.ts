import { listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** Most images have some; that is not a sign of an intruder, but a way in for one. */
export const criticalVulnerabilities = defineRule({
  id: 'critical-vulnerabilities',
  kind: 'commonplace',
  weight: 5,
  technique: 'T1190',
  shownBy: ['images'],
  judge(_, details) {
    const { images = [] } = details.images ?? {};
    const found = images.filter(({ bySeverity }) => (bySeverity?.['CRITICAL'] ?? 0) > 0).map(({ image }) => image);
    if (found.length === 0) return undefined;
    return { reason: `Images with critical vulnerabilities: ${listed(found)}.`, check: 'images' };
  },
});
