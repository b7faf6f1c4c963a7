"""The planned training of a network, probed on the row sample: how probable its events are, why, and what helps."""
