/** Signs in the names of images. */
import { matches } from '../../../kit/wildcard.ts';
import { parseImage } from '../../../kubernetes/names/image.ts';
import type { PodSpec } from './pod-spec.ts';
import { defineSign } from './sign.ts';

/** What runs under a tag can change from pod to pod. */
export const imageByTag = defineSign({
  sign: 'image-by-tag',
  words: 'image by tag, not by digest',
  danger: 0,
  look: (pod) => imagesOf(pod).filter((image) => !parseImage(image).digest),
});

/** Without a list of usual registries there are no unusual ones. */
export const unusualRegistry = defineSign({
  sign: 'unusual-registry',
  words: 'unusual registry',
  danger: 4,
  look: (pod, { usualRegistries }) =>
    usualRegistries.length === 0
      ? []
      : imagesOf(pod).filter((image) => {
          const { registry, repository } = parseImage(image);
          const names = [registry, `${registry}/${repository}`];
          return !usualRegistries.some((pattern) => names.some((name) => matches(name, pattern)));
        }),
});

/** Miners, and malware that mines, as they are called in reports on attacks of clusters (MITRE T1496). */
const MINERS = [
  'xmrig',
  'xmr',
  'xmr-?stak',
  'monero',
  'moneroocean',
  'c3pool',
  'minergate',
  'nicehash',
  'dero',
  'derohe',
  'minerd',
  'cpuminer',
  'cgminer',
  'bfgminer',
  'sgminer',
  'ethminer',
  'nbminer',
  'lolminer',
  'srbminer',
  'teamredminer',
  'phoenixminer',
  'cryptonight',
  'randomx',
  'kinsing',
  'kdevtmpfsi',
  '(crypto|coin|monero|xmr|btc|eth)[-_]?miner',
];
const MINER = new RegExp(`(?<![a-z0-9])(${MINERS.join('|')})(?![a-z])`, 'i');

export const minerImage = defineSign({
  sign: 'miner-image',
  words: 'image of a cryptocurrency miner',
  grave: true,
  danger: 10,
  look: (pod) => imagesOf(pod).filter((image) => MINER.test(image.split('@', 1)[0] ?? '')),
});

const imagesOf = ({ containers }: PodSpec): string[] => [...new Set(containers.flatMap(({ image }) => image ?? []))];
