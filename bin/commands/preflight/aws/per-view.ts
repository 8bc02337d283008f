import type { AwsContext } from './check.ts';
import type { AwsView } from './view.ts';

/** What several checks ask for, asked for once: as the methods of {@link AwsView}, for what has a file of its own. */
export function perView<T>(ask: (context: AwsContext) => Promise<T>): (context: AwsContext) => Promise<T> {
  const known = new WeakMap<AwsView, Promise<T>>();
  return (context) => {
    const answer = known.get(context.view) ?? ask(context);
    known.set(context.view, answer);
    return answer;
  };
}
