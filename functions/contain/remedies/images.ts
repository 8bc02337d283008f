import type { Proposal } from '../../contract/containment.ts';
import { ecrRepository } from '../../kubernetes/names/image.ts';
import type { Facts } from '../framework/facts.ts';
import type { Remedy } from './remedy.ts';

/** Images that were never scanned, or have known faults: to scan, to rebuild, or not to run. */
export const images: Remedy = { name: 'images', propose };

function propose(facts: Facts): Proposal[] {
  return (facts.details.images?.images ?? []).flatMap(
    ({ image, digest, status, bySeverity = {}, worst = [] }): Proposal[] => {
      if (!image) return [];
      const grave = (bySeverity['CRITICAL'] ?? 0) + (bySeverity['HIGH'] ?? 0);
      if (status === 'scanned')
        return grave > 0
          ? [
              {
                text: `Rebuild ${image}: ${grave} grave known faults (${worst
                  .flatMap(({ id }) => id ?? [])
                  .slice(0, 5)
                  .join(', ')}).`,
              },
            ]
          : [];
      const ecr = ecrRepository(image);
      if (!ecr || !digest)
        return [
          {
            text: `${image} is not in ECR or has no digest, so nothing is known of it: copy it to ECR and have it scanned, or do not run it.`,
          },
        ];
      const scan = ['aws', 'ecr', 'start-image-scan', '--region', ecr.region, '--registry-id', ecr.registryId];
      return [
        {
          text: `Have ${image} scanned; an unscanned image is not a clean one.`,
          commands: [[...scan, '--repository-name', ecr.repository, '--image-id', `imageDigest=${digest}`]],
        },
      ];
    },
  );
}
