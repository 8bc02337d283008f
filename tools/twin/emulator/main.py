"""The AWS emulator (ministack 1.5.33, unchanged on disk) with what the twin needs, put in at run time.

The modules beside this one each say what upstream does and what we need. They rest on upstream's private functions, so
its version is pinned exactly. Settings come as JSON in TWIN.
"""

import json
import os

import access_entries
import access_policies
import answers
import async_invoke
import capabilities
import centralization
import clock
import delivery_status
import eks_cluster
import event_forwarding
import function_errors
import iam_enforcement
import insights
import invocations
import log_delivery
import log_filters
import mailbox
import metrics
import role_sessions
import state_machines
import sts_front
import template_properties
import trail_events

twin = json.loads(os.environ.pop("TWIN"))

for patch in (
    iam_enforcement,
    capabilities,
    log_filters,
    invocations,
    async_invoke,
    log_delivery,
    function_errors,
    template_properties,
    role_sessions,
    insights,
    trail_events,
    state_machines,
    delivery_status,
    event_forwarding,
):
    patch.install()
centralization.install(twin.get("centralization"), twin["account"], twin["region"])
clock.install(twin["minuteSeconds"])
eks_cluster.install(twin["endpoint"], twin["ca"])
access_entries.install(twin["cluster"], twin["accessEntries"])
mailbox.install(twin["mailbox"])
sts_front.serve(twin["stsPort"], twin["stsCertificate"], twin["stsKey"])
access_policies.serve(twin["authorizerPort"], twin["cluster"])

from ministack import app  # noqa: E402  after the patches: it keeps references

answers.install(app)
metrics.install(app)
app.main()
