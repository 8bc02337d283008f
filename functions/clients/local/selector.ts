import { KubernetesError } from '../../contract/errors.ts';

/**
 * Whether a label or field selector takes an object: `a=b`, `a==b`, `a!=b`, `a`, joined by commas, all of them.
 *
 * @param lookUp the object's value of a label or field
 * @throws KubernetesError 400 for any other form
 */
export function selects(selector: string, lookUp: (key: string) => unknown): boolean {
  if (selector === '') return true;
  return selector.split(',').every((term) => {
    const [, key = '', operator, wanted] = /^([^=!,()\s]+)(?:(==?|!=)([^=!,()\s]*))?$/.exec(term.trim()) ?? [];
    if (!key) throw new KubernetesError(400, 'BadRequest', `unable to parse the selector ${JSON.stringify(selector)}`);
    const value = lookUp(key);
    if (operator === undefined) return value !== undefined;
    return (operator === '!=') !== (String(value ?? '') === wanted);
  });
}
