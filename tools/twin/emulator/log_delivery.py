"""Subscription filters: from a log group to its function.

Upstream calls the function once, without retries or destinations, whoever may invoke it, and takes any number of
filters. CloudWatch Logs invokes asynchronously, refuses a filter whose function does not let it in, and takes two
filters a group. Where the function is gone or lets it in no longer, it counts a DeliveryError, and skips what comes in the next
ten minutes; here, always all of them. It tells system fields where a filter asks for them (CloudWatch Logs API reference,
PutSubscriptionFilter). An event has one id, of 56 digits, in every delivery and in FilterLogEvents; upstream makes a new one
each time. Upstream also takes a PutLogEvents of any size and order; the service has limits.
"""

import base64
import contextlib
import fnmatch
import gzip
import json
import logging
import secrets
import threading
import time

from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc

import clock
import metrics
from log_filters import BadPattern, compile_pattern

_append = cloudwatch_logs._append_log_events
MAX_FILTERS = 2
MAX_EVENTS = 10_000
MAX_BATCH_BYTES = 1_048_576
EVENT_OVERHEAD_BYTES = 26
MAX_SPAN_MS = 24 * 60 * 60 * 1000
SKIPPED_MINUTES = 10
logger = logging.getLogger("twin.log_delivery")


def function_of(arn):
    return lambda_svc._functions.get(arn.split(":function:")[-1].split(":")[0]) if ":function:" in arn else None


def lets_in(function, group):
    """Whether a statement of the function's policy lets this account's log group invoke it."""
    source = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:*"
    for statement in function["policy"]["Statement"]:
        service = statement["Principal"].get("Service") if isinstance(statement["Principal"], dict) else None
        condition = statement.get("Condition", {})
        arn = condition.get("ArnLike", {}).get("AWS:SourceArn", "*")
        account = condition.get("StringEquals", {}).get("AWS:SourceAccount", get_account_id())
        if (
            service in ("logs.amazonaws.com", f"logs.{get_region()}.amazonaws.com")
            and statement["Action"] == "lambda:InvokeFunction"
            and account == get_account_id()
            and fnmatch.fnmatchcase(source, arn)
        ):
            return True
    return False


def refusal(data):
    """Why the service would not take the filter, or None."""
    try:
        compile_pattern(data.get("filterPattern"))
    except BadPattern as error:
        return error_response_json("InvalidParameterException", f"Invalid filter pattern: {error}", 400)
    group = cloudwatch_logs._log_groups.get(data.get("logGroupName"))
    if group is None:
        return error_response_json("ResourceNotFoundException", "The specified log group does not exist.", 400)
    if len({*group["subscriptionFilters"], data.get("filterName")}) > MAX_FILTERS:
        return error_response_json("LimitExceededException", "Resource limit exceeded.", 400)
    function = function_of(data.get("destinationArn", ""))
    if function is not None and not lets_in(function, data["logGroupName"]):
        return error_response_json(
            "InvalidParameterException",
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your "
            "function.",
            400,
        )
    return None


def put_refusal(data):
    """Why the service would not take the events, or None (CloudWatch Logs API reference, PutLogEvents)."""
    events = data.get("logEvents", [])
    times = [event.get("timestamp", 0) for event in events]
    sizes = [len(event.get("message", "").encode()) + EVENT_OVERHEAD_BYTES for event in events]
    if not 0 < len(events) <= MAX_EVENTS:
        message = f"a batch holds 1 to {MAX_EVENTS} events"
    elif sum(sizes) > MAX_BATCH_BYTES:
        message = "Upload too large"
    elif times != sorted(times):
        message = "Log events in a single PutLogEvents request must be in chronological order."
    elif times[-1] - times[0] > MAX_SPAN_MS:
        message = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    else:
        return None
    return error_response_json("InvalidParameterException", message, 400)


_skipping = {}  # a filter -> until when it delivers nothing
_stored = threading.local()  # the events that this thread stored last: they are delivered next


@contextlib.contextmanager
def written_in(place):
    """What is put in this block was written in that account and Region."""
    _stored.origin = place
    try:
        yield
    finally:
        _stored.origin = None


def append(stream, events):
    """Stores events under ids of the service's kind, with where they were written."""
    account, region = getattr(_stored, "origin", None) or (get_account_id(), get_region())
    for event in events:
        event["systemFields"] = {"@aws.account": account, "@aws.region": region}
        event["eventId"] = f"{secrets.randbelow(10**56):056d}"
        metrics.embedded(event["message"])
    _append(stream, events)
    _stored.events = events


def count(group_name, name, value):
    cloudwatch.record_metric("AWS/Logs", name, value, "Count", {"LogGroupName": group_name})


def told(event, names):
    return {"extractedFields": {name: event["systemFields"][name] for name in names}} if names else {}


def put_filter(data, put):
    refused = refusal(data)
    if refused:
        return refused
    answer = put(data)
    if data.get("emitSystemFields"):
        subscription = cloudwatch_logs._log_groups[data["logGroupName"]]["subscriptionFilters"][data["filterName"]]
        subscription["emitSystemFields"] = data["emitSystemFields"]
    return answer


def deliver(group_name, stream_name, _request_events):
    group = cloudwatch_logs._log_groups.get(group_name)
    events, _stored.events = _stored.events, []
    if getattr(_stored, "origin", None):  # an alarm looks at that of copies alone
        count(group_name, "IncomingLogEvents", len(events))
    metrics.filtered(group_name, events)
    for subscription in list((group or {}).get("subscriptionFilters", {}).values()):
        function = function_of(subscription["destinationArn"])
        matches = compile_pattern(subscription["filterPattern"])
        matching = [event for event in events if matches(event["message"])]
        made = (group_name, subscription["filterName"], subscription["creationTime"])
        if not matching or _skipping.get(made, 0) > time.monotonic():
            continue
        if function is None or not lets_in(function, group_name):
            logger.warning("filter %s: no such function, or it does not let CloudWatch Logs in", subscription["filterName"])
            _skipping[made] = time.monotonic() + clock.minutes(SKIPPED_MINUTES)
            count(group_name, "DeliveryErrors", 1)
            continue
        count(group_name, "ForwardedLogEvents", len(matching))
        payload = {
            "messageType": "DATA_MESSAGE",
            "owner": get_account_id(),
            "logGroup": group_name,
            "logStream": stream_name,
            "subscriptionFilters": [subscription["filterName"]],
            "logEvents": [
                {
                    "id": event["eventId"],
                    "timestamp": event["timestamp"],
                    "message": event["message"],
                    **told(event, subscription.get("emitSystemFields")),
                }
                for event in matching
            ],
        }
        data = base64.b64encode(gzip.compress(json.dumps(payload).encode(), 1)).decode()
        lambda_svc.invoke_async_with_retry(function, {"awslogs": {"data": data}})


def install():
    cloudwatch_logs._append_log_events = append
    put, put_events = cloudwatch_logs._put_subscription_filter, cloudwatch_logs._put_log_events
    cloudwatch_logs._put_subscription_filter = lambda data: put_filter(data, put)
    cloudwatch_logs._put_log_events = lambda data: put_refusal(data) or put_events(data)
    cloudwatch_logs._fanout_to_subscription_filters = deliver
