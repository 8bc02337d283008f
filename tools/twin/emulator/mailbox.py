"""Mail that a topic sends to its e-mail subscriptions, as lines of JSON in a file.

Upstream delivers nothing to them. Each line has the address, the subject and the text; Amazon SNS adds a footer.
"""

import json
import threading
import time

from ministack.services import sns

_lock = threading.Lock()


def install(path):
    fan_out = sns._fanout

    def also_mail(topic_arn, message_id, message, subject, structure="", attributes=None, *rest, **more):
        fan_out(topic_arn, message_id, message, subject, structure, attributes, *rest, **more)
        topic = sns._topic_by_arn_any_scope(topic_arn)
        for subscription in (topic or {}).get("subscriptions", []):
            text = sns._resolve_message_for_protocol(message, structure, "email")
            if (
                subscription.get("protocol") != "email"
                or not subscription.get("confirmed")
                or not sns._matches_filter_policy(subscription, attributes or {}, text)
            ):
                continue
            mail = {"at": time.time() * 1000, "to": subscription["endpoint"], "subject": subject, "text": text}
            with _lock, open(path, "a", encoding="utf-8") as file:
                file.write(json.dumps(mail) + "\n")

    sns._fanout = also_mail
