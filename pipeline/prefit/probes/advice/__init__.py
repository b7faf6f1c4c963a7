"""What a training plan is advised to change, by trials on folds of the row sample."""

from prefit.probes.advice.advise import advise
from prefit.probes.advice.matrix import numbers_of
from prefit.probes.advice.pretrained import pretrained_or_random
from prefit.probes.advice.texts import pretrained_texts

__all__ = ["advise", "numbers_of", "pretrained_or_random", "pretrained_texts"]
