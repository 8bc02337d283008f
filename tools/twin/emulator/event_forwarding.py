"""Event buses of other accounts.

Upstream delivers to a bus of the same account and Region only. Here also to one of another: where its policy lets the account of the
event put events. The service asks the role of the target as well; that is not asked here.
"""

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

_dispatch = eventbridge._dispatch_to_event_bus


def lets_in(name, account):
    """Whether a statement of the policy lets the account put events."""
    policy = eventbridge._event_bus_policies.get(name) or {}
    for statement in policy.get("Statement", []):
        principal = statement.get("Principal")
        named = principal.get("AWS") if isinstance(principal, dict) else principal
        if statement.get("Effect") == "Allow" and named in ("*", account, f"arn:aws:iam::{account}:root"):
            return True
    return False


def dispatch(spec, event, rule, event_path, payload=None):
    source = get_account_id()
    if spec.resource.startswith("event-bus/") and (spec.account_id, spec.region) != (source, get_region()):
        with request_scope(spec.account_id, spec.region):
            name = spec.resource.split("/", 1)[1]
            if name in eventbridge._event_buses and lets_in(name, source):
                _dispatch(spec, {**event, "Account": event.get("Account", source)}, rule, event_path, payload)
        return
    _dispatch(spec, event, rule, event_path, payload)


def install():
    eventbridge._dispatch_to_event_bus = dispatch
