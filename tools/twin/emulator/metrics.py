"""Metrics, as far as our alarms look at them. SIMULATED: when and how services write theirs is our reading of the documentation.

Upstream stores what is put. Here also: metrics in log lines (embedded metric format), metric filters, and those of Lambda
(`invocations`, `async_invoke`), of CloudWatch Logs' deliveries (`log_delivery`) and of queues, as often as they are asked for.
Nothing is known of deliveries that SNS failed at.

Upstream judges an alarm when something is put, by rules of its own. Here nothing is judged: `tools/twin/alarms` does, from

GET /_twin/cloudwatch?since=SECONDS: the alarms with their state, and the points of metrics since then.
"""

import json
import time

from ministack.core.responses import json_response
from ministack.services import cloudwatch, cloudwatch_logs, sqs

from log_filters import compile_pattern

PATH = "/_twin/cloudwatch"
EMBEDDED = '"CloudWatchMetrics"'


def embedded(message):
    """Records the metrics that a log line carries, at the time that it gives, however late it comes.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    if EMBEDDED not in message:
        return
    try:
        line = json.loads(message)
        directives = line["_aws"]["CloudWatchMetrics"]
        at = line["_aws"]["Timestamp"] / 1000
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        for names in directive["Dimensions"]:
            dimensions = {name: str(line[name]) for name in names}
            for metric in directive["Metrics"]:
                values = line[metric["Name"]]
                key = (directive["Namespace"], metric["Name"], cloudwatch._dims_key(dimensions))
                point = {"Timestamp": at, "Unit": metric.get("Unit", "None"), "Dimensions": dimensions}
                for value in values if isinstance(values, list) else [values]:
                    cloudwatch._metric_bucket(key).append({**point, "Value": float(value)})


def filtered(group_name, events):
    """Records what the metric filters of a log group find. Ours count 1 for each event."""
    for (group, _name), metric_filter in list(cloudwatch_logs._metric_filters.items()):
        if group != group_name:
            continue
        matches = compile_pattern(metric_filter["filterPattern"])
        found = sum(1 for event in events if matches(event["message"]))
        for transformation in metric_filter["metricTransformations"] if found else []:
            value = found * float(transformation["metricValue"])
            cloudwatch.record_metric(transformation["metricNamespace"], transformation["metricName"], value)


def waiting():
    """Records how many messages wait in each queue."""
    now = time.time()
    for queue in list(sqs._queues.values()):
        visible = sum(1 for message in list(queue["messages"]) if message["visible_at"] <= now)
        dimensions = {"QueueName": queue["name"]}
        cloudwatch.record_metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", visible, "Count", dimensions)


def seen(since):
    waiting()
    metrics = []
    for (namespace, name, _dimensions), points in list(cloudwatch._metrics.items()):
        recent = [point for point in list(points) if point["Timestamp"] >= since]
        if recent:
            metrics.append(
                {
                    "namespace": namespace,
                    "name": name,
                    "dimensions": recent[0]["Dimensions"],
                    "points": [{"at": point["Timestamp"] * 1000, "value": point["Value"]} for point in recent],
                }
            )
    return {"alarms": list(cloudwatch._alarms.values()), "metrics": metrics}


def install(app):
    """To be called last: the gateway keeps references to what the other patches put in."""
    cloudwatch._evaluate_alarm = lambda _alarm: None
    dispatch = app._dispatch_service_request

    async def answer(method, path, headers, body, query_params, request_id):
        if path == PATH:
            return json_response(seen(float(query_params["since"][0])))
        return await dispatch(method, path, headers, body, query_params, request_id)

    app._dispatch_service_request = answer
