import { counted } from '../../kit/words.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { ACCOUNT_RIGHTS } from './cluster-reader.ts';
import { fewNames, notApplicable, notProven, proven, type Verification } from './proof.ts';

/** How long the API server takes a token that it has seen for valid, in milliseconds. */
const CACHE_MS = 10_000;

/**
 * Decisive: a token names the UID of its account, and is refused without it. Told by the accounts: to review a token one
 * would have to hold it.
 */
export const tokensRefused: Verification = {
  id: 'tokens-refused',
  claim: 'No token that its accounts had is accepted by the API server.',
  decisive: true,
  shows: 'configuration',
  needs: allNeeds(RECORD_NEEDS, { kubernetes: ACCOUNT_RIGHTS }),
  async prove(look) {
    const before = await look.before('ServiceAccount');
    const known = new Set(before.map(({ metadata }) => metadata.uid));
    const live = await look.accounts();
    const left = live.filter(({ metadata }) => known.has(metadata.uid));
    if (left.length > 0) return notProven(`Read: still there as they were: ${names(left)}.`);
    // Kubernetes makes `default` again by itself, without a token.
    const late = live.filter(({ metadata }) => metadata.name !== 'default');
    if (late.length > 0) return notProven(`Read: made after the snapshot, and they may have tokens: ${names(late)}.`);
    if (before.length === 0) return notApplicable('Read: it had no account.');
    const cut = await look.record('cutIdentity');
    if (!cut) return notProven('Read: the accounts are gone, but since when is not known, and tokens are cached.');
    const since = look.context.now() - Date.parse(cut.finishedAt);
    if (since < CACHE_MS)
      return notProven(`Read: the accounts are gone for ${since} ms, and tokens are cached for ${CACHE_MS} ms.`);
    return proven(
      `Read: ${counted(before.length, 'account')} gone since ${cut.finishedAt}, or recreated with another UID, which tokens do not survive.`,
    );
  },
};

const names = (accounts: readonly { metadata: { name?: string } }[]): string =>
  fewNames(accounts.map(({ metadata }) => metadata.name ?? ''));
