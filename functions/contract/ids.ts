/**
 * The id of a finding, or of a question about one: as part of a key in S3 and DynamoDB, and as an argument of a command.
 * *detect* makes `nsf-` and 32 hex digits (docs/adr/0003); a person's input, and ids of a later version, may be others.
 */
export const ID = /^[0-9A-Za-z][\w-]{0,127}$/;

/** The id of a finding as *detect* makes it. */
const WHOLE = /^nsf-[0-9a-f]{32}$/;
/** A finding by the first digits of its id: at least those that are in the subject of a mail. */
const SHORTENED = /^nsf-[0-9a-f]{12,31}$/;
/** `nsf-` and 12 digits, in characters. */
const SHORT_LENGTH = 16;

/**
 * The beginning of a finding's id that subjects and command lines have: enough to find one among very many, and short
 * enough to type. Undefined for an id of another form, which has no short one.
 */
export const shortFindingId = (id: string): string | undefined =>
  WHOLE.test(id) || SHORTENED.test(id) ? id.slice(0, SHORT_LENGTH) : undefined;

/** Whether it is only the beginning of a finding's id. */
export const isShortened = (id: string): boolean => SHORTENED.test(id);

/** A finding's id as a person types it: a telephone begins with a capital letter. */
export const asTyped = (id: string): string => (/^nsf-[0-9a-f]{12,32}$/i.test(id) ? id.toLowerCase() : id);
