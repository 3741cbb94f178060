"""The live page of a running laptop cloud, and the control interface that handles and tools use."""

from serverless_app.local.console.console import Console, Steering
from serverless_app.local.console.diagram import SequenceDiagram

__all__ = ["Console", "SequenceDiagram", "Steering"]
