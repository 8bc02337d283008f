"""How long a minute is, for what AWS does again and again or waits for: schedules, and pauses of deliveries.

It is a minute; a test may shorten it, so that what takes half an hour on AWS is seen in seconds. Upstream also looks only every
ten seconds whether a rule is due.
"""

from ministack.services import eventbridge

MINUTE_SECONDS = 60


def minutes(count):
    """So many minutes, in seconds of this machine."""
    return count * MINUTE_SECONDS


def install(minute_seconds):
    global MINUTE_SECONDS
    MINUTE_SECONDS = minute_seconds
    parse = eventbridge._parse_rate_seconds

    def parse_shortened(expression):
        seconds = parse(expression)
        return None if seconds is None else minutes(seconds / 60)

    eventbridge._parse_rate_seconds = parse_shortened
    eventbridge._SCHEDULER_TICK_INTERVAL = min(eventbridge._SCHEDULER_TICK_INTERVAL, minutes(0.25))
