/**
 * The only way to write HTML: a tag for template strings that escapes every value, and takes no other type than these.
 * Templates keep to two rules, which a test holds: a value stands between tags or in an attribute between quotation marks.
 */
import { type SafeHtml, html as tag } from '@remix-run/html-template';
import { visible } from '../text.ts';

export type Html = SafeHtml;
/** No boolean, because `false` would be shown as a word. */
type Value = Html | string | number | undefined | readonly Value[];

/** Text is escaped: what HTML would read as markup, and what a reader does not see or takes for something else. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html =>
  tag(strings, ...values.map(shown));

/** The document around its head and body: its type, which is not an element. */
export const htmlDocument = (root: Html): string => `<!doctype html>\n${root}`;

/** The style sheet as it is: HTML decodes no escapes in it. @param css of our own, without anything from an alert */
export const styleElement = (css: string): Html => tag.raw`<style>${css}</style>`;

/** The one or, where there is nothing to show, nothing. */
export const when = <T>(value: T | undefined | false | '', draw: (value: T) => Html): Html | undefined =>
  value === undefined || value === false || value === '' ? undefined : draw(value as T);

type Shown = Html | string | number | undefined | Shown[];

function shown(value: Value): Shown {
  if (typeof value === 'string') return visible(value);
  return isList(value) ? value.map(shown) : value;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
