import type { EcrImage } from '../../clients/aws/cloud-findings.ts';
import { digestOf } from './image-reference.ts';

/** Private registries of Amazon ECR, by their old and their dual-stack names. */
const ECR =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)\/(.+)@sha256:/;

/** The image in ECR; undefined for one in any other registry. */
export function ecrImage(imageId: string): EcrImage | undefined {
  // Docker's runtime put a scheme before it.
  const [, registryId, region, repository] = ECR.exec(imageId.replace(/^[a-z-]+:\/\//, '')) ?? [];
  const digest = digestOf(imageId);
  if (!registryId || !region || !repository || !digest) return undefined;
  return { registryId, region, repository, digest };
}
