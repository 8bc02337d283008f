import { argocd } from './argocd.ts';
import { helmRelease, kustomization } from './flux.ts';
import type { OriginKind, OriginObjects } from './origin-object.ts';

/** Every kind of object that deploys others, as far as it is known here. */
export const ORIGINS: Readonly<Record<OriginKind, OriginObjects>> = {
  Application: argocd,
  Kustomization: kustomization,
  HelmRelease: helmRelease,
};
