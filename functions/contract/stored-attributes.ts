/**
 * What `sentinel findings` reads of an item in the findings table. The policy of readers allows a scan of these alone: tokens of questions,
 * and what the baseline knows, are in others.
 */
export const STORED_ATTRIBUTES = ['id', 'finding', 'state', 'told', 'latest', 'closed', 'playbookEnd'] as const;
