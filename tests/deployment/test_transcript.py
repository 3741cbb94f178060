"""The kept transcript of a deployment: the same for every run, and read by its commands."""

from __future__ import annotations

from serverless_app.deployment import transcript

PRINTED = """
Deployed to stack udagram-local (33s)   \t
  GET - https://dp8a797zgi.execute-api.us-east-1.amazonaws.com/local/groups
  wss://brpctpwt.execute-api.us-east-1.amazonaws.com/local
  getStatus: udagram-local-getStatus (8.5 MB)
    "time": "2026-11-25T00:46:10.951Z"
END Duration: 1.62 ms (init: 202.78 ms) Memory Used: 20 MB

"""
KEPT = """Deployed to stack udagram-local (<s>)
  GET - https://<id>.execute-api.us-east-1.amazonaws.com/local/groups
  wss://<id>.execute-api.us-east-1.amazonaws.com/local
  getStatus: udagram-local-getStatus (<MB>)
    "time": "<time>"
END Duration: <ms> (init: <ms>) Memory Used: <MB>"""


def test_what_differs_from_run_to_run_is_a_mark() -> None:
    assert transcript.normalised(PRINTED) == KEPT


def test_a_transcript_is_read_command_by_command() -> None:
    parts = [
        transcript.step("osls info", "stage: local\n"),
        transcript.step("osls logs", "\nSTART"),
    ]
    assert transcript.steps("\n".join(parts)) == {
        "osls info": "stage: local",
        "osls logs": "START",
    }


def test_a_command_is_written_as_somebody_types_it() -> None:
    typed = transcript.command("invoke", "--data", '{"a": 1}', stage="local")
    assert typed == """osls invoke --data '{"a": 1}' --stage local"""


def test_the_kept_one_tells_of_five_commands_and_of_no_machine() -> None:
    assert [typed.split()[1] for typed in transcript.steps()] == [
        "deploy",
        "info",
        "invoke",
        "logs",
        "remove",
    ]
    kept = transcript.FILE.read_text("utf-8")
    assert transcript.normalised(kept) == kept.strip()
    assert "127.0.0.1" not in kept
