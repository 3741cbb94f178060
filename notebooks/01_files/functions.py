"""The functions of lesson 01: one that eight sources call, one that obeys, one that counts."""

import json
import time


def receive(event, context):
    """Print whatever arrives, and answer. Eight event sources call this one function."""
    print(json.dumps(event))
    return {"statusCode": 200, "body": "received"}


def obey(event, context):
    """Do what the event asks: fail, sleep, take memory, answer at length, tell the time left."""
    match event:
        case {"fail": why}:
            raise ValueError(why)
        case {"sleep": seconds}:
            time.sleep(seconds)
        case {"take_mb": megabytes}:
            taken = bytearray(megabytes * 1024 * 1024)
            return {"taken": len(taken)}
        case {"answer_bytes": length}:
            return "x" * length
        case {"time_left": True}:
            return context.get_remaining_time_in_millis()
    return "done"


calls = 0  # at the top of the module: made once an environment, in its INIT phase


def count(event, context):
    """Say how often this environment was called."""
    global calls
    calls += 1
    return calls
