"""Training of the reader weights that ship in ``models/weights``."""
