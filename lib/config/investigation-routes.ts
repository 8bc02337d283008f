/** How *detect* and *watch* know which *investigate* reaches the cluster of a finding. */
import { defined } from '../../functions/kit/defined.ts';
import type { NonEmpty } from './networks.ts';

/** An *investigate*, and the clusters that it reaches. */
export interface Route {
  readonly functionName: string;
  readonly clusterNames: readonly string[];
}

/**
 * Lambda allows 4 KB for all environment variables of a function, measured as one JSON object. What else *detect* has
 * takes at most 750 bytes of them: names of a table (255 at most), of a queue and of a function, and Node's options.
 */
export const MAX_ROUTES_BYTES = 3300;

/** What the clusters of {@link routesEnvironment} take of that; no name of a function is longer than 64 characters. */
export const routesBytes = (clusterNames: NonEmpty<readonly string[]>): number => {
  const route = (names: readonly string[], index: number): Route => ({
    functionName: String(index).padEnd(64, 'x'),
    clusterNames: names,
  });
  const [first, ...others] = clusterNames;
  const { INVESTIGATE_FUNCTIONS = '' } = routesEnvironment([
    route(first, 0),
    ...others.map((names, index) => route(names, index + 1)),
  ]);
  return Buffer.byteLength(JSON.stringify(INVESTIGATE_FUNCTIONS));
};

/** As `functions/clients/send/lambda-investigator.ts` reads them; the first one is for every cluster that no other names. */
export function routesEnvironment([first, ...others]: NonEmpty<Route>): Record<string, string> {
  return {
    INVESTIGATE_FUNCTION: first.functionName,
    ...defined({
      INVESTIGATE_FUNCTIONS:
        others.length > 0
          ? JSON.stringify(
              Object.fromEntries(others.map(({ functionName, clusterNames }) => [functionName, clusterNames])),
            )
          : undefined,
    }),
  };
}
