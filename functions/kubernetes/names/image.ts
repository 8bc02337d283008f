import { defined } from '../../kit/defined.ts';
import { ECR_REPOSITORY, REGION } from './aws.ts';
import { dnsSuffixOf, registrySuffixOf } from './partition.ts';

/** A container image's name taken apart: `registry/repository:tag@digest`. */
export interface ImageReference {
  /** `docker.io` where none is named: what container runtimes take. */
  registry: string;
  repository: string;
  tag?: string;
  /** `sha256:…` */
  digest?: string;
}

const DIGEST = /@(sha256:[0-9a-f]{64})$/;

/** Whatever is written: an image's name is what somebody put into a manifest. */
export function parseImage(image: string): ImageReference {
  const digest = DIGEST.exec(image)?.[1];
  const [name = ''] = image.split('@', 1);
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  // Only a name with a dot or a port is that of a registry (distribution/reference).
  const named = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = named ? name.slice(slash + 1) : name;
  const colon = rest.lastIndexOf(':');
  const tag = colon > rest.lastIndexOf('/') ? rest.slice(colon + 1) : undefined;
  const repository = tag === undefined ? rest : rest.slice(0, colon);
  const registry = named ? first.toLowerCase() : 'docker.io';
  return {
    registry,
    // Docker's own images have no name before them.
    repository: registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository,
    ...defined({ tag: tag || undefined, digest: digest || undefined }),
  };
}

/** The digest in what a kubelet reports as `imageID`; a bare `sha256:…` is the image's configuration, not its digest. */
export const digestOf = (imageId: string): string | undefined => DIGEST.exec(imageId)?.[1];

/** A repository of a private registry in Amazon ECR. */
export interface EcrRepository {
  /** The account. */
  registryId: string;
  region: string;
  repository: string;
}

/** A registry by its old name and by its dual-stack one, each with or without FIPS. */
const ECR_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]{1,30})\.(.{1,60})$/;
/** Where in ECR an image is; undefined for one in any other registry. @param image as a manifest or a kubelet names it */
export function ecrRepository(image: string): EcrRepository | undefined {
  // Docker's runtime put a scheme before it.
  const { registry, repository } = parseImage(image.replace(/^[a-z-]{1,30}:\/\//, ''));
  const [, registryId, region, suffix] = ECR_HOST.exec(registry) ?? [];
  if (!registryId || !region || !REGION.test(region) || !ECR_REPOSITORY.test(repository)) return undefined;
  const isEcr = suffix === dnsSuffixOf(region) || suffix === registrySuffixOf(region);
  return isEcr ? { registryId, region, repository } : undefined;
}
