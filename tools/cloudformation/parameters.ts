/** Makes parameters of what a template was synthesised with: for accounts in which it is deployed without the CDK. */

/** A parameter of the template, and the text that stands for it where the template was synthesised. */
export interface Placeholder {
  parameter: string;
  text: string;
  /** Of the section `Parameters`. */
  definition: { Type: 'String'; Description: string } & Record<string, unknown>;
}

export type Template = Record<string, unknown> & { Parameters?: Record<string, unknown> };

/**
 * The template with `Fn::Sub` in place of each text in which a placeholder stands, and with the parameters.
 *
 * @throws {Error} naming the place where CloudFormation takes no function: a key, or a text that it reads before it has parameters
 */
export function withParameters(template: Template, placeholders: readonly Placeholder[]): Template {
  const { Parameters = {}, ...rest } = template;
  const own = Object.fromEntries(placeholders.map(({ parameter, definition }) => [parameter, definition]));
  const sections = Object.entries(rest).map(([name, section]) => [name, substituted(section, placeholders, name)]);
  return { ...Object.fromEntries(sections), Parameters: { ...Parameters, ...own } };
}

function substituted(value: unknown, placeholders: readonly Placeholder[], place: string): unknown {
  if (typeof value === 'string') return holds(value, placeholders) ? { 'Fn::Sub': sub(value, placeholders) } : value;
  if (Array.isArray(value)) return value.map((each, index) => substituted(each, placeholders, `${place}.${index}`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first?.[0] === 'Fn::Sub' && entries.length === 1) return { 'Fn::Sub': inSub(first[1], placeholders, place) };
  return Object.fromEntries(
    entries.map(([key, each]) => {
      if (holds(key, placeholders) || (BEFORE_PARAMETERS.has(key) && mentions(each, placeholders)))
        throw new Error(`${place}.${key}: CloudFormation takes no parameter here`);
      return [key, substituted(each, placeholders, `${place}.${key}`)];
    }),
  );
}

/** What CloudFormation reads before it knows parameters, by its user guide. */
const BEFORE_PARAMETERS = new Set(['Type', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Ref', 'Fn::GetAtt']);

const holds = (text: string, placeholders: readonly Placeholder[]): boolean =>
  placeholders.some((each) => text.includes(each.text));

const mentions = (value: unknown, placeholders: readonly Placeholder[]): boolean =>
  holds(JSON.stringify(value), placeholders);

/** A plain text as the text of `Fn::Sub`, in which `${!` stands for `${`. */
const sub = (text: string, placeholders: readonly Placeholder[]): string =>
  named(text.replaceAll('${', '${!'), placeholders);

const named = (text: string, placeholders: readonly Placeholder[]): string =>
  placeholders.reduce((all, each) => all.replaceAll(each.text, `\${${each.parameter}}`), text);

/** The argument of a `Fn::Sub` that was there already: the text, or the text and its variables. */
function inSub(argument: unknown, placeholders: readonly Placeholder[], place: string): unknown {
  if (typeof argument === 'string') return named(argument, placeholders);
  const [text, variables] = argument as [string, unknown];
  return [named(text, placeholders), substituted(variables, placeholders, `${place}.Fn::Sub`)];
}
