"""Faults strike where they were asked for, as often as they were asked for."""

from __future__ import annotations

from serverless_app.local.faults import Faults


def test_a_fault_strikes_once() -> None:
    faults = Faults()
    faults.add("fail", where={"function": "onUpload"})
    assert faults.take("fail", function="onUpload") is not None
    assert faults.take("fail", function="onUpload") is None


def test_a_fault_strikes_only_at_its_place() -> None:
    faults = Faults()
    faults.add("throttle", where={"service": "dynamodb", "operation": "PutItem"})
    assert faults.take("throttle", service="dynamodb", operation="GetItem") is None
    assert faults.take("throttle", service="dynamodb", operation="PutItem", resource="Images")


def test_a_fault_of_another_kind_does_not_strike() -> None:
    faults = Faults()
    faults.add("fail", where={"function": "onUpload"})
    assert faults.take("kill", function="onUpload") is None


def test_a_fault_that_was_asked_for_twice_strikes_twice() -> None:
    faults = Faults()
    faults.add("fail", times=2, where={"function": "f"})
    assert [bool(faults.take("fail", function="f")) for _ in range(3)] == [True, True, False]


def test_clear_undoes_what_has_not_struck() -> None:
    faults = Faults()
    faults.add("fail", where={"function": "f"})
    faults.clear()
    assert faults.take("fail", function="f") is None
    assert faults.waiting() == []


def test_a_fault_carries_its_options() -> None:
    faults = Faults()
    faults.add("delay", where={"function": "f"}, seconds=2)
    fault = faults.take("delay", function="f")
    assert fault is not None
    assert fault.options == {"seconds": 2}
