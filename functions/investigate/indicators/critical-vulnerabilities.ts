import { listed } from '../../kit/words.ts';
import { detailsOf, type Rule } from './rule.ts';

/** Most images have some; it is no sign of an intruder, but a way for one. */
export const criticalVulnerabilities: Rule = {
  id: 'critical-vulnerabilities',
  kind: 'commonplace',
  weight: 5,
  checks: ['images'],
  judge(facts) {
    const { images = [] } = detailsOf(facts, 'images') ?? {};
    const found = images.filter(({ bySeverity }) => (bySeverity?.['CRITICAL'] ?? 0) > 0).map(({ image }) => image);
    if (found.length === 0) return undefined;
    return { reason: `Images with critical vulnerabilities: ${listed(found)}.`, technique: 'T1190', check: 'images' };
  },
};
