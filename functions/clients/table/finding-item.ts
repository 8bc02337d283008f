/**
 * A finding's item in the findings table:
 *
 * | attribute | meaning |
 * | --- | --- |
 * | `id` | the finding's id |
 * | `shortId` | the first digits of it, by which the index `short-id` finds it |
 * | `state` | `claimed`, `handed-over`, `alerted`, or `recorded` |
 * | `token`, `leaseUntil` | who is working on it, and until when (epoch milliseconds) |
 * | `delivered` | the ids of the destinations that have had the alert |
 * | `receipts` | for each of those to which a service gave the message an id: destination, time (RFC 3339) and id, with spaces between them |
 * | `finding` | the finding as JSON text |
 * | `agenda`, `due` | what *watch* has to do (`alert`, `look`, `deferred`), and from when on (epoch milliseconds); absent when nothing |
 * | `tries` | how often *watch* has taken it in vain |
 * | `claimedAt` | epoch milliseconds |
 * | `shareCluster`, `shareActor`, `shareRank` | whose it is and how much it matters, for fair shares |
 * | `countedBy` | it is reported in a digest, and will be counted there until then; in epoch milliseconds |
 * | `look` | the number of the further look that is awaited |
 * | `told`, `latest` | the verdict that on-call was told, and the last one, as JSON text |
 * | `deleted` | that its namespace was deleted, as JSON text |
 * | `objects`, `made` | what was in the namespace when a look saw it last, and what the audit log says was made in it, as JSON text |
 * | `closed` | a person's decision that it was legitimate, as JSON text |
 * | `playbookEnd`, `playbookEndedAt` | how the last playbook ended that contained or released the namespace, as JSON text, and when (RFC 3339) |
 * | `outcome`, `clusterName`, `at` | of the finding, for people who read the table |
 * | `expires` | when DynamoDB may delete it (epoch seconds) |
 *
 * Every write is conditional, so two writers cannot both win. Errors of DynamoDB are thrown as they are, after the
 * SDK's retries. The index `agenda` (partition key `agenda`, sort key `due`, with `tries` and the shares) holds only
 * what *watch* has to do, and what the baseline knows: it is small and cheap however large the table is.
 */

const DAY_S = 86_400;

/** When an item that is to stay so many days may be deleted, as epoch seconds. */
export const expiryIn = (days: number): number => Math.floor(Date.now() / 1000) + days * DAY_S;
