/** When *watch* runs, in minutes; and how long a run may take, which its jobs share side by side, in seconds. */
export const SCHEDULE_MINUTES = 5;
export const RUN_SECONDS = 120;
