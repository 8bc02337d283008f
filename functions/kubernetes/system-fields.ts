/**
 * What a subscription filter on a central log group adds to each event (`PutSubscriptionFilter`, `emitSystemFields`), and Logs Insights
 * knows of it: the account and the Region in which it was written.
 */
export const SYSTEM_FIELDS = ['@aws.account', '@aws.region'] as const;
