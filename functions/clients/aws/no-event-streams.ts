/**
 * Stands in the bundles for the SDK's event streams, which no operation that the functions call has. The SDK loads them when they
 * are needed, and so everything that they share with the rest was kept ready for that, in a form that is larger and slower to load.
 */

export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

/** @throws always: whoever calls an operation that streams events takes this file out of the bundles. */
export function eventStreamSerdeProvider(): never {
  throw new Error('the bundles of the functions hold no event streams; see tools/build/function-bundle.ts');
}
