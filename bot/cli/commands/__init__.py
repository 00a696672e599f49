"""The commands, one file each. A new one is a file here and a line in REGISTRY.

A module has a function `command`, or a mapping COMMANDS of functions for a group. It is imported
when the command is called, so that `bot dry-run` never pays for the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Entry(NamedTuple):
    module: str
    summary: str
    """For the list of `bot --help`."""


REGISTRY: Final[Mapping[str, Entry]] = {
    "demo": Entry("demo", "All of it on this machine, without an account."),
    "sandbox": Entry("sandbox", "A stand-in for MTA on this machine."),
    "dry-run": Entry("dry_run", "Show what would be answered; send nothing."),
    "chat": Entry("chat", "Text the bot from the terminal."),
    "init": Entry("init", "A new folder of rules to begin with."),
    "import": Entry("imports", "Rules with tests: of keywords, of smart replies."),
    "fmt": Entry("fmt", "Rule files in canonical form."),
    "schema": Entry("schema", "JSON Schemas of rules and tests, for editors."),
    "help": Entry("help", "The manual, by a key or any word."),
    "why": Entry("why", "Why a rule does or does not answer a message."),
    "check": Entry("check", "Errors and warnings of rule files."),
    "test": Entry("test", "Run the tests that stand beside the rules."),
    "duel": Entry("duel", "The rules against other answering machines."),
    "diff": Entry("diff", "What other rules would do with recorded messages."),
    "serve": Entry("serve", "Receive, decide and answer: the server."),
    "worker": Entry("worker", "Decide and answer for servers on other machines."),
    "send": Entry("send", "Send the first message of a conversation."),
    "catch-up": Entry("catch_up", "Texts that never reached the webhook."),
    "messages": Entry("messages", "Messages that another system sent."),
    "conversations": Entry("conversations", "Ordered chains of both directions."),
    "contacts": Entry("contacts", "What is stored of a person."),
    "opt-outs": Entry("opt_outs", "Who gets no texts, why, and who said so."),
    "inbox": Entry("inbox", "What waits for a person."),
    "stats": Entry("stats", "What came in, and what became of it."),
    "suggest": Entry("suggest", "What unmatched messages ask for, as keywords."),
    "blame": Entry("blame", "Where a text that we sent came from."),
    "scheduled": Entry("scheduled", "What will be said later, and what ends by itself."),
    "sender": Entry("sender", "Whether messages leave; pause and resume."),
    "dead-letters": Entry("dead_letters", "What could not be sent."),
    "quarantine": Entry("quarantine", "What could not be read."),
    "db": Entry("db", "The database: its tables up to date; a copy of it."),
    "doctor": Entry("doctor", "What is wrong with account, rules and machine."),
    "numbers": Entry("numbers", "Our numbers and their ids."),
    "webhooks": Entry("webhooks", "Where MTA posts what it receives."),
}
