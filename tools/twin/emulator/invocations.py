"""Each invocation of a function, however it came about.

Upstream counts an invocation that was throttled as one, counts those that a rule of EventBridge or a log group caused not at all,
runs a function whose role is gone, and ends its log with text. Here its metrics are those that the Lambda developer guide
names, a function without a role fails, and a log in JSON ends with `platform.report` and a status.
"""

import json
import time

from ministack.services import cloudwatch, lambda_svc

from role_sessions import principal_id


def count(config, name, value, unit="Count"):
    cloudwatch.record_metric("AWS/Lambda", name, value, unit, {"FunctionName": config["FunctionName"]})


def without_role(config):
    message = "The role defined for the function cannot be assumed by Lambda."
    return {"error": True, "log": "", "body": {"errorType": "AccessDeniedException", "errorMessage": message}}


def install():
    execute, emit = lambda_svc._execute_function, lambda_svc._emit_lambda_logs

    def execute_counted(function, event):
        config = function.get("config") or function
        if lambda_svc._function_config_scope_mismatch(config):
            return execute(function, event)  # which comes back here in the function's account and Region
        result = execute(function, event) if principal_id(config["Role"]) else without_role(config)
        if result.get("throttle"):
            count(config, "Throttles", 1)
        else:
            count(config, "Invocations", 1)
            count(config, "Errors", 1 if result.get("error") else 0)
        return result

    def emit_reported(function, request_id, log_text, error, duration_ms, **rest):
        config = function.get("config") or function
        if (config.get("LoggingConfig") or {}).get("LogFormat") == "JSON":
            record = {"requestId": request_id, "status": "error" if error else "success"}
            report = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "type": "platform.report", "record": record}
            log_text = "\n".join(filter(None, [log_text, json.dumps(report)]))
        return emit(function, request_id, log_text, error, duration_ms, **rest)

    lambda_svc._execute_function = execute_counted
    lambda_svc._emit_lambda_logs = emit_reported
    lambda_svc._emit_lambda_metrics = lambda *_args, **_more: None
