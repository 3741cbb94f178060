"""The live page of a running laptop cloud, and the control interface that handles and tools use."""

from serverless_app.local.console.console import Console, Steering
from serverless_app.local.console.diagram import SequenceDiagram
from serverless_app.local.console.story import in_order_of_cause, named

__all__ = ["Console", "SequenceDiagram", "Steering", "in_order_of_cause", "named"]
