"""Asynchronous invocations of functions.

Upstream knows no success destination, lets a failure destination replace the dead-letter queue (AWS serves both), calls
a destination function once and never again, always writes three attempts into the record, takes an event of any size,
and never asks whether the function's role may reach the destination. It takes a throttled event for one that failed. We need what
the Lambda developer guide says: both destinations, each an asynchronous invocation of its own when it is a function; the count of
attempts; nothing over 1 MB, for an event or a record; the role's permission, where IAM is enforced. A throttled event comes back
as long as it may wait, and at once goes to the destination of a function whose reserved concurrency is 0. The metrics
AsyncEventAge and DestinationDeliveryFailures are written; the age is the real one, whatever a minute is here.

As many events of a function run at once as there are processors, and the others wait their turn, as they do on AWS when a limit of
concurrency is reached: a function has as much time here as it has there. Functions do not wait for each other, as on AWS: a
hundred investigations keep no event from *detect*.

The pause before the second attempt is a setting (LAMBDA_ASYNC_RETRY_BASE_SECONDS); it doubles before the third.
"""

import contextvars
import json
import logging
import os
import threading
import time
from datetime import datetime, timezone

from ministack.core.responses import error_response_json, new_uuid
from ministack.services import lambda_svc, sns, sqs

import clock
import invocations
import role_sessions

MAX_BYTES = 1024 * 1024
_turns = {}  # by the name of the function
logger = logging.getLogger("twin.async_invoke")


def turn_of(config):
    return _turns.setdefault(config["FunctionName"], threading.Semaphore(max(2, os.cpu_count() or 1)))


def too_large(value):
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()) > MAX_BYTES


def settings(function):
    configs = function.get("event_invoke_configs") or {}
    return configs.get("$LATEST") or configs.get("") or function.get("event_invoke_config") or {}


def record(config, event, result, attempts, condition):
    failed = bool(result.get("error"))
    return {
        "version": "1.0",
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": f"{config['FunctionArn'].split(':$LATEST')[0]}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            **({"functionError": result.get("function_error") or "Unhandled"} if failed else {}),
        },
        "responsePayload": result.get("body"),
    }


ACTIONS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}


def may_send(config, target):
    """Whether the function's role lets it reach the destination."""
    return role_sessions.may(config, ACTIONS[target.split(":")[2]], target)


def send(target, config, event, result, attempts, condition):
    """Delivers the record to a function (as an asynchronous event), a queue or a topic."""
    message = record(config, event, result, attempts, condition)
    if too_large(message):
        return not_sent(config, "record for %s exceeds 1 MB and is dropped, as on AWS", target)
    if not may_send(config, target):
        return not_sent(config, "its role may not reach its destination %s", target)
    service = target.split(":")[2]
    if service == "lambda":
        function, _config, _name = lambda_svc._get_func_record_for_ref(target)
        if function:
            return invoke(function, message)
    elif service == "sqs":
        queue = sqs._queue_by_arn(target)
        if queue:
            return sqs._act_send_message({"QueueUrl": queue["url"], "MessageBody": json.dumps(message)}, queue["url"])
    elif service == "sns" and target in sns._topics:
        return sns._fanout(target, new_uuid(), json.dumps(message), "", "", {})
    not_sent(config, "no such destination: %s", target)


def not_sent(config, why, target):
    logger.error(f"%s: {why}", config["FunctionName"], target)
    invocations.count(config, "DestinationDeliveryFailures", 1)


def run(function, event):
    config = function.get("config") or function
    chosen = settings(function)
    retries = int(chosen.get("MaximumRetryAttempts", 2))
    oldest = int(chosen.get("MaximumEventAgeInSeconds", 21600))
    started, attempts, condition, result = time.monotonic(), 0, "RetriesExhausted", {"error": True, "body": {}}
    throttled = 0
    while attempts <= retries:
        if attempts or throttled:
            # Throttled: 1 second at first, 5 minutes at most.
            pause = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS * 2 ** (attempts - 1)
            if throttled:
                pause = min(clock.minutes(2 ** (throttled - 1) / 60), clock.minutes(5))
            if time.monotonic() - started + pause > clock.minutes(oldest / 60):
                condition = "EventAgeExceeded"
                break
            time.sleep(pause)
        with turn_of(config):
            invocations.count(config, "AsyncEventAge", (time.monotonic() - started) * 1000, "Milliseconds")
            result = lambda_svc._execute_function(function, event)
        if result.get("throttle"):
            throttled += 1
            if function.get("concurrency") == 0:
                condition = "ZeroReservedConcurrency"
                break
            continue
        throttled = 0
        attempts += 1
        if not result.get("error"):
            condition = "Success"
            break
        logger.warning("%s: attempt %d failed: %s", config["FunctionName"], attempts, result.get("body"))
    destinations = chosen.get("DestinationConfig") or {}
    side = "OnSuccess" if condition == "Success" else "OnFailure"
    targets = [(destinations.get(side) or {}).get("Destination")]
    if side == "OnFailure":
        targets.append((config.get("DeadLetterConfig") or {}).get("TargetArn"))
    for target in filter(None, targets):
        send(target, config, event, result, attempts, condition)


def invoke(function, event):
    """Starts the invocation and returns at once."""

    def in_scope():
        lambda_svc._run_with_function_config_scope(function, run, function, event)

    threading.Thread(target=contextvars.copy_context().run, args=(in_scope,), daemon=True).start()


def install():
    invoke_any = lambda_svc._invoke

    async def invoke_checked(name, event, headers, *args, **kwargs):
        if headers.get("x-amz-invocation-type") == "Event" and too_large(event):
            message = f"Request must be smaller than {MAX_BYTES} bytes for the InvokeFunction operation"
            return error_response_json("RequestTooLargeException", message, 413)
        return await invoke_any(name, event, headers, *args, **kwargs)

    lambda_svc._invoke = invoke_checked
    lambda_svc.invoke_async_with_retry = invoke
