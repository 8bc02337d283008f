import { type Pattern, searchContainer } from './search.ts';
import { defineSign } from './sign.ts';

/** Domains of mining pools: Falco's list `miner_domains`, and pools that reports on attacks of clusters name. */
const POOLS = [
  '2miners.com',
  'antpool.com',
  'asia1.ethpool.org',
  'c3pool.com',
  'c3pool.org',
  'crypto-pool.fr',
  'dero.rabidmining.com',
  'dwarfpool.com',
  'dxpool.com',
  'ethermine.org',
  'f2pool.com',
  'flexpool.io',
  'hashvault.pro',
  'herominers.com',
  'kryptex.network',
  'minexmr.com',
  'minergate.com',
  'mining-help.ru',
  'moneroocean.stream',
  'monerohash.com',
  'nanopool.org',
  'nicehash.com',
  'prohashing.com',
  'slushpool.com',
  'supportxmr.com',
  'unmineable.com',
  'usxmrpool.com',
  'viabtc.com',
  'woolypooly.com',
  'xmrpool.eu',
  'xmrpool.net',
  'zpool.ca',
];

const PATTERNS: readonly Pattern[] = [
  {
    pattern: /\b(?:stratum2?|daemon)\+(?:tcp|ssl|tls|http|https):\/\//i,
    says: () => 'speaks to a mining pool (Stratum)',
  },
  {
    pattern: new RegExp(
      `(?<![a-z0-9-])(?:${POOLS.map((pool) => pool.replaceAll('.', '\\.')).join('|')})(?![a-z0-9-])`,
      'i',
    ),
    says: (match) => `names the mining pool ${match.toLowerCase()}`,
  },
  {
    pattern: /--donate-level\b|--randomx-|--nicehash\b|--cpu-max-threads-hint\b/i,
    says: () => 'holds an option of XMRig',
  },
  { pattern: /\b(?:rx\/0|cn\/r|cn-heavy|randomx|cryptonight|astrobwt)\b/i, says: () => 'names a mining algorithm' },
];

/** In arguments and in the values of environment variables, which are not shown (MITRE T1496). */
export const minerArgument = defineSign({
  sign: 'miner-argument',
  words: 'arguments of a cryptocurrency miner',
  grave: true,
  danger: 10,
  look: ({ containers }) => containers.flatMap((container) => searchContainer(container, PATTERNS)),
});
