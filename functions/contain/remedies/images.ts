import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { ecrRepository } from '../../kubernetes/names/image.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Remedy } from './remedy.ts';

/** How many faults of an image are named. */
const NAMED = 5;

/** Images that were never scanned, or have known faults: to scan, to rebuild, or not to run. */
export const images: Remedy = { name: 'images', aim: 'hardening', propose };

function propose({ details, context }: ContainmentFacts): Proposal[] {
  const { account } = context.run.target.cluster;
  return (details.images?.images ?? []).flatMap(
    ({ image, digest, status, bySeverity = {}, worst = [] }): Proposal | Proposal[] => {
      if (!image) return [];
      const grave = (bySeverity['CRITICAL'] ?? 0) + (bySeverity['HIGH'] ?? 0);
      if (status === 'scanned') {
        const faults = worst.flatMap(({ id }) => id ?? []).slice(0, NAMED);
        return grave > 0
          ? { text: `Rebuild ${image}: ${grave} severe known vulnerabilities (${faults.join(', ')}).` }
          : [];
      }
      const ecr = ecrRepository(image);
      if (!ecr || !digest)
        return {
          text: `${image} is not in ECR or has no digest, so nothing is known of it: copy it to ECR and have it scanned, or do not run it.`,
        };
      // Whoever runs a pod names its image: that says nothing about the account in the name.
      if (ecr.registryId !== account)
        return {
          text: `${image} is in a registry of the account ${ecr.registryId}: have its owner scan it, or copy it to a registry of yours and have it scanned there.`,
        };
      return {
        text: `Have ${image} scanned; an unscanned image is not a clean one.`,
        commands: [
          command('aws ecr start-image-scan', [], {
            '--region': ecr.region,
            '--registry-id': ecr.registryId,
            '--repository-name': ecr.repository,
            '--image-id': `imageDigest=${digest}`,
          }),
        ],
      };
    },
  );
}
