"""How long a minute is, for what AWS does again and again or waits for: schedules, and pauses of deliveries.

It is a minute; a test may shorten it, so that what takes half an hour on AWS is seen in seconds. A function that a rule runs is not
run again before it has ended then, as it would not be on AWS, where it has minutes. Upstream also looks only every ten seconds
whether a rule is due.
"""

import contextvars
import json
import threading

from ministack.services import eventbridge, lambda_svc

MINUTE_SECONDS = 60
_running = set()  # functions that a rule runs


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

    def dispatch(arn, payload):
        if arn in _running:
            return
        function, config, _name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            return
        _running.add(arn)

        def run():
            try:
                lambda_svc._execute_function_with_config_scope(
                    lambda_svc._execution_record_for_config(function, config), json.loads(payload)
                )
            finally:
                _running.discard(arn)

        threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()

    eventbridge._parse_rate_seconds = parse_shortened
    eventbridge._dispatch_to_lambda = dispatch
    eventbridge._SCHEDULER_TICK_INTERVAL = min(eventbridge._SCHEDULER_TICK_INTERVAL, minutes(0.25))
