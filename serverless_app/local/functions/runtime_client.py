"""The function's process: import the handler, ask the Lambda Runtime API for work, answer it.

Run by its path, on its own: it imports nothing of this package and, until they are needed, none of
the slower modules either, for all of that would be part of every cold start. What it says and
expects is https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, so the official
`awslambdaric` can take its place; two headers are ours (`Lambda-Local-…`), and optional, and so is
a connection that was made before the process (`LAMBDA_LOCAL_CONNECTION`).
"""

from __future__ import annotations

import _socket  # `socket` itself would add the time of importing `selectors`
import json
import os
import sys
import time

TYPE_CHECKING = False  # `typing` is not for free either
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

RUNTIME = "/2018-06-01/runtime"
PYTHON_3_12 = "AWS_Lambda_python3.12"
CLIENT_FIELDS = (
    "installation_id",
    "app_title",
    "app_version_name",
    "app_version_code",
    "app_package_name",
)


class State:
    """What the whole process knows of the invocation under way."""

    request_id = ""
    offset = 0.0
    travel: Any = None
    modules = 0


class Fault(Exception):
    """What is wrong with the function before or after its own code runs: a `Runtime.…` error."""

    def __init__(self, kind: str, message: str, trace: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.kind, self.trace = kind, list(trace)


class RuntimeApi:
    """One connection to the Runtime API. When it closes, the laptop cloud is gone: so are we."""

    def __init__(self, address: str, inherited: str | None) -> None:
        if inherited:  # a Unix socket: it takes half the time of TCP's loopback
            self._socket = _socket.socket(fileno=int(inherited))
            os.set_inheritable(self._socket.fileno(), False)  # it shall close when we end
        else:
            host, port = address.rsplit(":", 1)
            self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
            self._socket.connect((host, int(port)))
            self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self._buffer = b""

    def next(self, answer: bytes = b"") -> tuple[dict[str, str], bytes]:
        """Send an answer, if any, and ask for work in one write; the work's headers and body."""
        ask = f"GET {RUNTIME}/invocation/next HTTP/1.1\r\nHost: runtime\r\n{imported()}\r\n"
        self._socket.sendall(answer + ask.encode())
        if answer:
            self._receive()
        return self._receive()

    def fail_to_start(self, error: dict[str, Any]) -> None:
        """Report that the handler could not be imported."""
        self._socket.sendall(error_request("init/error", error))
        self._receive()

    def _receive(self) -> tuple[dict[str, str], bytes]:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            self._buffer += self._read()
        lines = self._buffer[:end].decode("latin-1").split("\r\n")[1:]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        size = int(headers.get("content-length", 0))
        parts = [self._buffer[end + 4 :]]
        missing = size - len(parts[0])
        while missing > 0:
            parts.append(self._read())
            missing -= len(parts[-1])
        received = b"".join(parts)
        self._buffer = received[size:]
        return headers, received[:size]

    def _read(self) -> bytes:
        try:
            data = self._socket.recv(262_144)
        except OSError:
            data = b""
        if not data:
            os._exit(0)
        return data


def post(path: str, body: bytes, kind: str, more: str = "") -> bytes:
    """A POST request to the Runtime API, as bytes."""
    return (
        f"POST {RUNTIME}/{path} HTTP/1.1\r\nHost: runtime\r\nContent-Type: {kind}\r\n"
        f"{more}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def error_request(path: str, error: dict[str, Any]) -> bytes:
    """The request that reports an error."""
    more = f"Lambda-Runtime-Function-Error-Type: {error['errorType']}\r\n"
    return post(path, json.dumps(error).encode(), "application/json", more)


def imported() -> str:
    """A header that tells which files of the function are imported, when that has changed."""
    if len(sys.modules) == State.modules:
        return ""
    State.modules = len(sys.modules)
    root = os.environ["LAMBDA_TASK_ROOT"] + os.sep
    # A virtual environment may lie in the same folder: nobody edits what is in it.
    others = tuple(prefix for prefix in (sys.prefix, sys.base_prefix) if prefix.startswith(root))
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    mine = [f for f in files if isinstance(f, str) and f.startswith(root)]
    mine = sorted({f for f in mine if not f.startswith(others)})
    return f"Lambda-Local-Modules: {json.dumps(mine)}\r\n"


class Record:
    """Named fields, readable when printed."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def __repr__(self) -> str:
        shown = ",".join(f"{k}={v}" for k, v in self.__dict__.items() if k[0] != "_")
        return f"{type(self).__name__}([{shown}])"


class Client(Record):
    """The mobile application that invokes, as it describes itself."""


class ClientContext(Record):
    """What the caller sent as ClientContext: custom, env, client."""


class CognitoIdentity(Record):
    """Who invokes through AWS's mobile SDK: on a laptop, nobody."""


class LambdaContext(Record):
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the timeout; never less than 0."""
        return max(0, int(self.__dict__["_deadline"]) - int(time.time() * 1000))

    def log(self, message: object) -> None:
        """Write to the function's log."""
        sys.stdout.write(str(message))


def fixed_fields() -> dict[str, Any]:
    """The fields of the context object that stay the same for the life of this process."""
    env = os.environ
    return {
        "function_name": env["AWS_LAMBDA_FUNCTION_NAME"],
        "function_version": env["AWS_LAMBDA_FUNCTION_VERSION"],
        "memory_limit_in_mb": env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        "log_group_name": env["AWS_LAMBDA_LOG_GROUP_NAME"],
        "log_stream_name": env["AWS_LAMBDA_LOG_STREAM_NAME"],
        "identity": CognitoIdentity(cognito_identity_id=None, cognito_identity_pool_id=None),
    }


def client_context(text: str | None) -> ClientContext | None:
    """The ClientContext header as an object; None without one."""
    if not text:
        return None
    given = json.loads(text)
    client = given.get("client")
    if client is not None:
        client = Client(**{name: client.get(name) for name in CLIENT_FIELDS})
    return ClientContext(custom=given.get("custom"), env=given.get("env"), client=client)


class LoggingFinder:
    """Waits for the first `import logging`, then gives its root logger Lambda's handler.

    So a function that never logs does not pay for the import, and one that calls
    `logging.basicConfig` finds a root logger that has a handler already, as on AWS.
    """

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        """The module's own spec, with one step after its execution."""
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        from importlib.machinery import PathFinder

        spec: Any = PathFinder.find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            set_up_logging(module)

        spec.loader.exec_module = exec_module
        return spec


def set_up_logging(logging: Any) -> None:
    """One line a record, in the words of Lambda's text format."""

    class LambdaLoggerHandler(logging.Handler):  # type: ignore[misc]
        def emit(self, record: Any) -> None:
            record.aws_request_id = State.request_id
            write_event(self.format(record))

    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(logging.Formatter(line, "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)


def write_event(text: str) -> None:
    """One log event: lines inside it end in a carriage return, as awslambdaric writes them."""
    sys.stdout.write(text.rstrip("\n").replace("\n", "\r") + "\n")


def follow_clock(offset: float) -> None:
    """Be `offset` seconds ahead of the wall, as the laptop cloud's clock is."""
    if offset == State.offset:
        return
    if State.travel:
        State.travel.stop()
        State.travel = None
    State.offset = offset
    if offset:
        try:
            import time_machine
        except ImportError:
            return
        State.travel = time_machine.travel(time.time() + offset, tick=True)
        State.travel.start()


def load(handler: str) -> Callable[[Any, LambdaContext], Any]:
    """The function that a handler string names: `package/module.function`."""
    module_name, dot, name = handler.rpartition(".")
    if not dot:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': it has no dot")
    import importlib

    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise Fault("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        trace = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault("Runtime.UserCodeSyntaxError", message, (trace,)) from error
    if not hasattr(module, name):
        message = f"Handler '{name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", message)
    return getattr(module, name)  # type: ignore[no-any-return]


def describe(error: BaseException, request_id: str = "") -> dict[str, Any]:
    """An exception as Lambda answers it; it goes to the log too."""
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        kind, trace = type(error).__name__, stack(error)
    lines = [f"[ERROR] {kind}: {error}"]
    if trace:
        lines += ["Traceback (most recent call last):", *(line.rstrip("\n") for line in trace)]
    write_event("\n".join(lines))
    return {
        "errorMessage": str(error),
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": trace,
    }


def stack(error: BaseException) -> list[str]:
    """The frames of the function's own code, formatted."""
    import traceback

    frames = list(traceback.extract_tb(error.__traceback__))
    while frames and is_ours(frames[0].filename):
        frames.pop(0)
    plain = [(f.filename, f.lineno or 0, f.name, f.line) for f in frames]
    return traceback.format_list(plain)


def is_ours(filename: str) -> bool:
    """Whether a frame is this file's, or of the import that it started."""
    path = filename.replace("\\", "/")
    return (
        filename == __file__
        or path.startswith("<frozen importlib")
        or path.endswith("/importlib/__init__.py")
    )


def to_json(value: object) -> int | float:
    """A Decimal as a number; nothing else that JSON has no form for."""
    decimal = sys.modules.get("decimal")
    if decimal and isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def marshal(value: object) -> tuple[bytes, str]:
    """The handler's result as bytes, with their media type."""
    if isinstance(value, bytes):
        return value, "application/unknown"
    ascii_only = os.environ.get("AWS_EXECUTION_ENV", "") < PYTHON_3_12
    try:
        text = json.dumps(value, default=to_json, ensure_ascii=ascii_only)
        return text.encode(), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def unmarshal(body: bytes) -> Any:
    """The event."""
    try:
        return json.loads(body)
    except ValueError as error:
        message = f"Unable to unmarshal input: {error}"
        raise Fault("Runtime.UnmarshalError", message) from error


def handle(
    function: Callable[[Any, LambdaContext], Any],
    fixed: dict[str, Any],
    headers: dict[str, str],
    body: bytes,
) -> bytes:
    """Run one invocation; the request that reports what came of it."""
    request_id = State.request_id = headers["lambda-runtime-aws-request-id"]
    if trace := headers.get("lambda-runtime-trace-id"):
        os.environ["_X_AMZN_TRACE_ID"] = trace
    follow_clock(float(headers.get("lambda-local-clock-offset", 0.0)))
    try:
        context = LambdaContext(
            **fixed,
            aws_request_id=request_id,
            invoked_function_arn=headers["lambda-runtime-invoked-function-arn"],
            client_context=client_context(headers.get("lambda-runtime-client-context")),
            _deadline=headers["lambda-runtime-deadline-ms"],
        )
        result, kind = marshal(function(unmarshal(body), context))
        request = post(f"invocation/{request_id}/response", result, kind)
    except Exception as error:
        request = error_request(f"invocation/{request_id}/error", describe(error, request_id))
    sys.stdout.flush()
    sys.stderr.flush()
    return request


def main() -> None:
    """Import the handler, then work until the connection closes."""
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", newline="\n", line_buffering=True)  # type: ignore[union-attr]
    sys.meta_path.insert(0, LoggingFinder())
    inherited = os.environ.pop("LAMBDA_LOCAL_CONNECTION", None)
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"], inherited)
    try:
        function = load(os.environ["_HANDLER"])
    except Exception as error:
        api.fail_to_start(describe(error))
        sys.exit(1)
    fixed = fixed_fields()
    work = api.next()
    while True:
        work = api.next(handle(function, fixed, *work))


if __name__ == "__main__":
    main()
