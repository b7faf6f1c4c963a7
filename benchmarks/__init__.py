"""How fast prefit is, and how often it is right."""
