"""What authors of matchers and filters import: `bot help plugins` says how they are found."""

from bot.model import CaptureValue, Context, InboundMessage, Match, Miss
from bot.rules.matchers.base import HIT, Matcher, Needs, Reading, Seen, Sheet, When
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
    "Miss",
    "Needs",
    "Node",
    "Problems",
    "Reading",
    "Scalar",
    "Seen",
    "Sequence",
    "Sheet",
    "When",
]
