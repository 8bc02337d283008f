"""Delivery status logging of topics, for queues.

Upstream keeps the attributes of a topic, and logs nothing. Amazon SNS writes a line for each message that a queue took, or did not
take, where the topic has a role for it; with a sample rate of less than 100 per cent, for some (here, for none). The lines have the
form that the SNS developer guide shows, in the log groups that it names. One attempt is made, as everywhere here.
"""

import hashlib
import json
import threading
import time

from ministack.core.responses import get_account_id, new_uuid
from ministack.services import cloudwatch_logs, sns, sqs

_message = threading.local()


def log(group, line):
    cloudwatch_logs._create_log_group({"logGroupName": group})
    stream = {"logGroupName": group, "logStreamName": new_uuid()}
    cloudwatch_logs._create_log_stream(stream)
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps(line)}
    cloudwatch_logs._put_log_events({**stream, "logEvents": [event]})


def status(topic_arn, endpoint, message, taken, elapsed_ms):
    answer = {"sqsRequestId": new_uuid(), "sqsMessageId": new_uuid()}
    refusal = {"ErrorCode": "AccessDenied", "ErrorMessage": f"Access to the resource {endpoint} is denied.", "sqsRequestId": new_uuid()}
    return {
        "notification": {
            "messageMD5Sum": hashlib.md5(message.encode()).hexdigest(),
            "messageId": _message.id,
            "topicArn": topic_arn,
            "timestamp": time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime()),
        },
        "delivery": {
            "deliveryId": new_uuid(),
            "destination": endpoint,
            "providerResponse": json.dumps(answer if taken else refusal),
            "dwellTimeMs": elapsed_ms,
            "attempts": 1,
            "statusCode": 200 if taken else 403,
        },
        "status": "SUCCESS" if taken else "FAILURE",
    }


def install():
    fan_out, to_queue = sns._fanout, sns._deliver_to_sqs

    def known_fan_out(topic_arn, message_id, *rest, **more):
        _message.id = message_id
        return fan_out(topic_arn, message_id, *rest, **more)

    def logged(endpoint, envelope, raw, message, *rest, topic_arn="", **more):
        began = time.monotonic()
        to_queue(endpoint, envelope, raw, message, *rest, topic_arn=topic_arn, **more)
        attributes = (sns._topic_by_arn_any_scope(topic_arn) or {}).get("attributes", {})
        taken = bool(sqs._queue_by_arn(endpoint)) and sqs.queue_policy_allows(
            endpoint, "sns.amazonaws.com", topic_arn, get_account_id()
        )
        group = "sns/" + "/".join(topic_arn.split(":")[3:6])
        line = status(topic_arn, endpoint, message, taken, round((time.monotonic() - began) * 1000))
        if not taken and attributes.get("SQSFailureFeedbackRoleArn"):
            log(f"{group}/Failure", line)
        if taken and attributes.get("SQSSuccessFeedbackRoleArn") and attributes.get("SQSSuccessFeedbackSampleRate") == "100":
            log(group, line)

    sns._fanout, sns._deliver_to_sqs = known_fan_out, logged
