/** Parts of schemas for values that a person writes. */
import * as z from 'zod/mini';
import { mistake } from './mistake.ts';

export const emailAddress = z.email('must be an e-mail address, such as oncall@example.com');

/** No two items may have the same value under `key`. Runs even where other mistakes were found in the list. */
export function unique(key: string) {
  const check = z.check<Record<string, unknown>[]>((context) => {
    if (!Array.isArray(context.value)) return;
    const first = new Map<unknown, number>();
    for (const [index, item] of context.value.entries()) {
      const value = item?.[key];
      if (typeof value !== 'string') continue;
      const before = first.get(value);
      if (before === undefined) first.set(value, index);
      else
        context.issues.push({
          code: 'custom',
          message: mistake(`it is the same as in item [${before}]`, 'remove one of them'),
          input: value,
          path: [index, key],
        });
    }
  });
  check._zod.def.when = () => true;
  return check;
}
