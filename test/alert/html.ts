/** Looks at the HTML of a report without a browser. */

/** What a reader sees, without the style sheet. */
export const textOf = (html: string): string =>
  html
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

/** The elements and their attributes in their order, with everything between them left out. */
export const skeleton = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];

/** All that the templates make. */
export const ELEMENTS =
  /^<\/?(?:!doctype html|html|head|meta|title|style|body|div|header|main|nav|footer|section|details|summary|h[1-4]|p|span|strong|a|code|pre|dl|dt|dd|ol|ul|li|table|thead|tbody|tr|th|td|svg|desc|rect|line|path|text|tspan)(?: [^<>]*)?\/?>$/;

export const OUR_LINKS = /^(?:#[a-z0-9-]+|https:\/\/(?:[a-z0-9-]+\.console\.aws\.amazon\.com|attack\.mitre\.org)\/.*)$/;
