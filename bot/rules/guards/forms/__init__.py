"""What people and machines say, as data: the families that guards read."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Families
from bot.rules.guards.forms import (
    away,
    english_acts,
    english_acts_complain,
    english_acts_leave,
    english_acts_no,
    english_complaint,
    english_do_not,
    english_lookalikes,
    english_not,
    english_opt_out,
    english_remove,
    english_stop,
    english_words,
    machine_words,
    machines,
    spanish,
    spanish_acts,
    spanish_lookalikes,
    spanish_remove,
    spanish_words,
    wrong_person,
)
from bot.rules.guards.forms.spelling import stands_for

_WORDS: Final = {**english_words.CLASSES, **spanish_words.CLASSES}

OPT_OUTS: Final = Families(
    (
        *english_stop.STOP_A_CHANNEL,
        *english_stop.STOP_ALONE,
        *english_do_not.DO_NOT,
        *english_remove.REMOVE,
        *english_opt_out.OPT_OUT,
        *english_complaint.COMPLAINT,
        *spanish.SPANISH,
        *spanish_remove.REMOVE,
        *english_acts.STOP,
        *english_acts_no.NO,
        *english_acts_leave.LEAVE,
        *english_acts_complain.COMPLAIN,
        *spanish_acts.ACTS,
    ),
    _WORDS,
    stands_for,
)
"""Wishes to get no more texts."""
NO_OPT_OUTS: Final = Families((*english_not.NOT_A_WISH, *spanish.NOT_A_WISH), _WORDS, stands_for)
"""What makes a text none of these."""
LOOKALIKES: Final = Families(
    (*english_lookalikes.LOOKALIKES, *spanish_lookalikes.LOOKALIKES), _WORDS, stands_for
)
"""What makes a text none of those that are open."""

WRONG_PERSON: Final = Families(wrong_person.WRONG_PERSON, wrong_person.CLASSES)
"""Texts that say that we have the wrong person."""
NOT_WRONG: Final = Families(wrong_person.NOT_WRONG, wrong_person.CLASSES)
"""What makes a text none of these."""

MACHINES: Final = Families(machines.LABELLED, machine_words.CLASSES)
"""Texts that say themselves that a machine wrote them."""
AWAY: Final = Families(away.AWAY, machine_words.CLASSES)
"""Texts that phones answer with, unless a person adds something."""
FROM_A_PERSON: Final = Families(away.FROM_A_PERSON, machine_words.CLASSES)
"""What a person adds."""
