/**
 * The id of a finding, or of a question about one: as part of a key in S3 and DynamoDB, and as an argument of a command.
 * *detect* makes `nsf-` and 32 hex digits (docs/adr/0003); a person's input, and ids of a later version, may be others.
 */
export const ID = /^[0-9A-Za-z][\w-]{0,127}$/;
