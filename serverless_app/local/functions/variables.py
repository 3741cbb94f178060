"""The environment variables that Lambda defines for a function's process, and no others.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from serverless_app.local.functions.catalog import Configuration

if TYPE_CHECKING:
    from serverless_app.local.control_plane import Credentials


def process_variables(
    configuration: Configuration,
    *,
    folder: Path,
    layers: list[Path],
    log_stream: str,
    keys: Credentials,
    endpoint_url: str,
    region: str,
) -> dict[str, str]:
    """What a process of this function finds in its environment."""
    paths = [str(path) for layer in layers for path in (layer / "python", layer)]
    return {
        **dict(configuration.variables),
        **({"PYTHONPATH": os.pathsep.join(paths)} if paths else {}),
        "_HANDLER": configuration.handler,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": configuration.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": configuration.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": configuration.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
        "AWS_SESSION_TOKEN": keys.session_token or "",
        "AWS_ENDPOINT_URL": endpoint_url,
        "LAMBDA_TASK_ROOT": str(folder),
        "LAMBDA_RUNTIME_DIR": str(Path(__file__).parent),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
    }
