"""What authors of matchers and filters import: `bot help plugins` says how they are found."""

from bot.model import CaptureValue, Context, InboundMessage, Match, Miss
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading, Sheet, When
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems

__all__ = [
    "HIT",
    "CaptureValue",
    "Context",
    "InboundMessage",
    "Mapping",
    "Match",
    "Matcher",
    "MessageView",
    "Miss",
    "Needs",
    "Node",
    "Problems",
    "Reading",
    "Scalar",
    "Sequence",
    "Sheet",
    "When",
]
