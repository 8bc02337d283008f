/**
 * Lambda ends each invocation with a line of this type, which says how it went: `success`, or `error`, `failure` or `timeout`
 * (Lambda developer guide, "Lambda Telemetry API event schema"; the function's log is in JSON).
 */
export const FAILED_INVOCATION = '{ ($.type = "platform.report") && ($.record.status != "success") }';
