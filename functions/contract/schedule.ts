/** The minute in which the periods of *watch* are given: of its runs and jobs, of canaries, of how late a record may be. */
export const MINUTE_MS = 60_000;

/** When *watch* runs, in minutes; and how long a run may take, which its jobs share side by side, in seconds. */
export const SCHEDULE_MINUTES = 5;
export const RUN_SECONDS = 120;
