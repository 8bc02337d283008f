"""Properties of a template that upstream's CloudFormation drops or refuses.

Dropped: dead-letter queue and reserved concurrency of a function, expiry of a table's items, system fields of a subscription filter. Refused: an alarm on metric
math; it is made as one on the first metric of the formula, and keeps the formula for `tools/twin/alarms`. Upstream also makes a log group that a subscription filter names and that is not there; CloudFormation fails.
"""

from ministack.services import cloudwatch, cloudwatch_logs, dynamodb, lambda_svc
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS


def after(resource_type, action):
    create = HANDLERS[resource_type]["create"]

    def created(logical_id, properties, stack):
        name, attributes = create(logical_id, properties, stack)
        action(name, properties)
        return name, attributes

    HANDLERS[resource_type]["create"] = created


def function_properties(name, properties):
    function = lambda_svc._functions[name]
    if properties.get("DeadLetterConfig"):
        function["config"]["DeadLetterConfig"] = properties["DeadLetterConfig"]
    if properties.get("ReservedConcurrentExecutions") is not None:
        function["concurrency"] = int(properties["ReservedConcurrentExecutions"])


def table_properties(name, properties):
    expiry = properties.get("TimeToLiveSpecification")
    if expiry and expiry.get("Enabled"):
        settings = {"TimeToLiveStatus": "ENABLED", "AttributeName": expiry["AttributeName"]}
        dynamodb._ttl_settings[name] = settings


def alarm_properties(name, properties):
    if properties.get("Metrics"):
        cloudwatch._alarms[name]["Metrics"] = properties["Metrics"]


def one_metric(properties):
    """The properties of an alarm with its formula replaced by the first metric in it."""
    if not properties.get("Metrics"):
        return properties
    stat = next(metric["MetricStat"] for metric in properties["Metrics"] if metric.get("MetricStat"))
    rest = {name: value for name, value in properties.items() if name != "Metrics"}
    return {**rest, **stat["Metric"], "Period": stat["Period"], "Statistic": stat["Stat"]}


def install():
    alarm = HANDLERS["AWS::CloudWatch::Alarm"]
    create_alarm = alarm["create"]
    alarm["create"] = lambda logical_id, properties, stack: create_alarm(logical_id, one_metric(properties), stack)
    after("AWS::CloudWatch::Alarm", alarm_properties)
    after("AWS::Lambda::Function", function_properties)
    after("AWS::DynamoDB::Table", table_properties)
    subscribe = HANDLERS["AWS::Logs::SubscriptionFilter"]["create"]

    def subscribed(logical_id, properties, stack):
        if properties["LogGroupName"] not in cloudwatch_logs._log_groups:
            raise ValueError("The specified log group does not exist.")
        return subscribe(logical_id, properties, stack)

    HANDLERS["AWS::Logs::SubscriptionFilter"]["create"] = subscribed
    request = provisioners._cwlogs_subfilter_payload
    provisioners._cwlogs_subfilter_payload = lambda group, name, properties: {
        **request(group, name, properties),
        "emitSystemFields": properties.get("EmitSystemFields"),
    }
