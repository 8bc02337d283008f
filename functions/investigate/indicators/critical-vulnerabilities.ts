import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** Points out of the weight where the worst are high. */
const HIGH_SHARE = 1 / 2;

/** Most images have some; that is not a sign of an intruder, but a way in for one. */
export const criticalVulnerabilities = defineRule({
  id: 'critical-vulnerabilities',
  kind: 'commonplace',
  weight: 10,
  why: 'Most images have some: a way in, not a sign of somebody; high ones are half.',
  technique: 'T1190',
  shownBy: ['images'],
  judge(_, details) {
    const { images = [] } = details.images ?? {};
    const found = (level: string) =>
      images.filter(({ bySeverity }) => (bySeverity?.[level] ?? 0) > 0).map(({ image }) => image);
    const [critical, high] = [found('CRITICAL'), found('HIGH')];
    if (critical.length > 0) return { ...told('critical', critical), check: 'images' };
    if (high.length > 0) return { ...told('high', high), check: 'images', share: HIGH_SHARE };
    return undefined;
  },
});

const told = (level: string, images: readonly string[]) => ({
  reason: `Images with ${level} vulnerabilities: ${listed(images)}.`,
  brief: `Images with ${level} vulnerabilities: ${firstOf(images, 60)}.`,
});
