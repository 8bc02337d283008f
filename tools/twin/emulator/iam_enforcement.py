"""What IAM sees of a request.

The gateway is plain http on loopback, and upstream lets policies see that: every bucket, queue or topic that insists on
TLS (`aws:SecureTransport`) would refuse us. Requests count as made over TLS.

Upstream authorises CloudWatch Logs on a log group's bare ARN, and DescribeLogGroups on none. CloudWatch Logs takes the
group's ARN with a stream, as its refusals show: `…:log-group:NAME:log-stream:`, and for DescribeLogGroups
`…:log-group::log-stream:`. So a policy needs `:*` behind the name.

It authorises the result of a task on no resource, and what is done with a Pod Identity association on the cluster. Step
Functions takes the machine that waits for the result, EKS the association.
"""

import json
import re

from ministack.core import iam_actions, iam_evaluator

import state_machines

ASSOCIATION = re.compile(r"/clusters/([^/]+)/pod-identity-associations/([^/]+)")
UPSTREAM = iam_actions.extract_resource_arn


def resource_arn(service, method, path, headers, body, query, region, account):
    arn = UPSTREAM(service, method, path, headers, body, query, region, account)
    if service == "states" and ".SendTask" in headers.get("x-amz-target", ""):
        return state_machines.machine_of(json.loads(body).get("taskToken")) or arn
    association = ASSOCIATION.fullmatch(path) if service == "eks" else None
    if association:
        return f"arn:aws:eks:{region}:{account}:podidentityassociation/{association[1]}/{association[2]}"
    if service != "logs":
        return arn
    group = f"arn:aws:logs:{region}:{account}:log-group:"
    if headers.get("x-amz-target", "").endswith(".DescribeLogGroups"):
        return f"{group}:log-stream:"
    if not arn.startswith(group):
        return arn
    return f"{arn}:log-stream:{json.loads(body).get('logStreamName') or ''}"


def install():
    pin = iam_evaluator.pin_request_origin
    iam_evaluator.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)
    iam_actions.extract_resource_arn = resource_arn
