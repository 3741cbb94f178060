"""Where moto 5.2.5 is slow: the same answers, sooner. `tests/…/test_equivalence.py` compares.

| module | what was slow | what it costs now |
|---|---|---|
| serializer | each attribute value was tried against ten members and their aliases | a copy |
| queries | Query gathered, filtered and sorted the table, or the index | the items of its page |
| item_collections | | the table and each index in order of their keys: what makes that possible |
| writes | | a step of log n for each, to keep that order |
| copies | results and sizes went through deepcopy and encode | containers are copied, text shared |
| transactions | TransactWriteItems copied whole tables to roll back | containers, touched items |
| start_up | CloudFormation imported 20 services that nobody asked for | later, or never |
| templates | a template in JSON was parsed as YAML: two thirds of a deployment | as JSON |
| lookups | every request listed moto's packages, methods and accounts again | once |
"""

from __future__ import annotations

from serverless_app.local.control_plane.speed import (
    copies,
    lookups,
    queries,
    serializer,
    start_up,
    templates,
    transactions,
    writes,
)

PATCHES = (start_up, serializer, copies, transactions, queries, writes, lookups, templates)


def install() -> None:
    """Apply every patch; called once, by `patches.install`."""
    for patch in PATCHES:
        patch.install()
