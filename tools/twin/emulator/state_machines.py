"""State machines: whom they act as, who may answer a task that waits, and what becomes of one that is stopped.

Upstream invokes functions whatever the machine's role says, goes on waiting for an answer when the function that was to
ask for it has failed, and gives all tries of a task one token. What a stopped execution was at is tried again, it still
takes answers, and it counts as failed when that fails. The same start twice is an error even while the first one runs.

Here it is as the Step Functions developer guide says. Whoever sends the result of a task needs the permission for the
machine that the task belongs to; upstream's request has no resource (see iam_enforcement).
"""

import contextvars
import json

from ministack.core.responses import json_response, new_uuid
from ministack.services import stepfunctions

import role_sessions

_execution = contextvars.ContextVar("execution", default=None)
_token = contextvars.ContextVar("token", default=None)
_waiting = {}  # token -> the execution that it belongs to; kept when it is used up


def machine_of(token):
    """The ARN of the machine that waits for an answer, or has waited."""
    return (_waiting.get(token) or {}).get("stateMachineArn")


def may_invoke(execution, function):
    machine = stepfunctions._state_machines[execution["stateMachineArn"]]
    session = {"Role": machine["roleArn"], "FunctionName": execution["name"], "FunctionArn": machine["stateMachineArn"]}
    return role_sessions.may(session, "lambda:InvokeFunction", function)


def fail_task(token, error, cause):
    info = stepfunctions._task_tokens.get(token)
    if info:
        info["error"] = {"Error": error, "Cause": cause}
        info["event"].set()


def install():
    execute, wait, call = stepfunctions._execute_task, stepfunctions._invoke_with_callback, stepfunctions._call_lambda
    retrier, fail, start, stop = (
        stepfunctions._find_matching_retrier,
        stepfunctions._fail_execution,
        stepfunctions._start_execution,
        stepfunctions._stop_execution,
    )

    def execute_noting(state, value, execution, context):
        _execution.set(execution)
        return execute(state, value, execution, context)

    def wait_once(resource, value, token, state):
        own = new_uuid()
        text = json.dumps(value).replace(token, own)
        _waiting[own] = _execution.get()
        _token.set(own)
        try:
            return wait(resource, json.loads(text), own, state)
        finally:
            _token.set(None)

    def call_as_machine(function, event):
        execution, token = _execution.get(), _token.get()
        try:
            if execution and not may_invoke(execution, function):
                cause = f"The machine's role is not authorized to perform: lambda:InvokeFunction on resource: {function}"
                raise stepfunctions._ExecutionError("Lambda.AWSLambdaException", cause)
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            fail_task(token, error.error, error.cause)
            raise

    def under_way(execution):
        return execution is None or execution["status"] == "RUNNING"

    def stop_waiting(data):
        answer = stop(data)
        for token, execution in list(_waiting.items()):
            if execution and not under_way(execution):
                fail_task(token, "States.Runtime", "The execution was stopped")
                stepfunctions._task_tokens.pop(token, None)
        return answer

    def start_once(data):
        name, machine = data.get("name"), data.get("stateMachineArn", "")
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        running = stepfunctions._executions.get(arn)
        if running and under_way(running) and running["input"] == data.get("input", "{}"):
            return json_response({"executionArn": arn, "startDate": running["startDate"]})
        return start(data)

    stepfunctions._execute_task = execute_noting
    stepfunctions._invoke_with_callback = wait_once
    stepfunctions._call_lambda = call_as_machine
    stepfunctions._find_matching_retrier = lambda *args: retrier(*args) if under_way(_execution.get()) else (None, -1)
    stepfunctions._fail_execution = lambda execution, *why: fail(execution, *why) if under_way(execution) else None
    stepfunctions._stop_execution = stop_waiting
    stepfunctions._start_execution = start_once
