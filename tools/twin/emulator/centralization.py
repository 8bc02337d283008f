"""Centralization of logs: what a rule of CloudWatch Observability Admin does for an organisation.

Upstream has accounts, each with what is its own, and no such rules. Here one rule is set when the twin starts: what is put into
`/aws/eks/NAME/cluster` of one of its source accounts, in any Region, is also put into a log group of the twin's account, whose name is
the prefix with that name behind it. The copy keeps the name of the stream and knows where it was written: in system fields, which a
subscription filter tells where it asks for them, and Logs Insights knows. On AWS a copy takes a while, and what was there before the rule
is not copied.
"""

import re

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs

import log_delivery

COPIED = re.compile(r"/aws/eks/[^/]+/cluster")


def copy(data, origin, group):
    if group not in cloudwatch_logs._log_groups:
        cloudwatch_logs._create_log_group({"logGroupName": group})
    stream = data["logStreamName"]
    if stream not in cloudwatch_logs._log_groups[group]["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    with log_delivery.written_in(origin):
        cloudwatch_logs._put_log_events({**data, "logGroupName": group})


def install(rule, account, region):
    """To be called after `log_delivery`."""
    if not rule:
        return
    put = cloudwatch_logs._put_log_events

    def put_and_copy(data):
        answer = put(data)
        origin = (get_account_id(), get_region())
        group = data.get("logGroupName", "")
        if answer[0] == 200 and origin[0] in rule["accounts"] and COPIED.fullmatch(group):
            with request_scope(account, region):
                copy(data, origin, rule["prefix"] + group)
        return answer

    cloudwatch_logs._put_log_events = put_and_copy
