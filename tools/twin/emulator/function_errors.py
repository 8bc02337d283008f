"""The name of an error that a Node function threw.

Upstream reports every one as `Runtime.HandlerError`, so that nothing can be caught by name; Lambda reports `error.name`.
"""

import threading

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

THROWN = 'status: "error", error: String(err.message || err), trace: err.stack || ""'
NAMED = THROWN + ', error_type: (err && err.name) || "Error"'


def install():
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    if script.count(THROWN) != 1:
        raise RuntimeError("the emulator's Node runtime is not the one that this patch was written for")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script.replace(THROWN, NAMED)

    last = threading.local()  # a function runs in the thread of its caller
    invoke = lambda_runtime.Worker.invoke
    execute = lambda_svc._execute_function_warm

    def invoke_noting(self, *args, **kwargs):
        result = invoke(self, *args, **kwargs)
        last.error_type = result.get("error_type")
        return result

    def execute_named(function, event, request_id):
        last.error_type = None
        result = execute(function, event, request_id)
        body = result.get("body")
        if result.get("error") and last.error_type and isinstance(body, dict):
            body["errorType"] = last.error_type
        return result

    lambda_runtime.Worker.invoke = invoke_noting
    lambda_svc._execute_function_warm = execute_named
