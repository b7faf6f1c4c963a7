"""What does a full profile cost beside merely reading the table, and beside other tools?

    python -m benchmarks.speed_profile FOLDER [--tables A1 A5 ...] [--rounds 5] [--peer ydata=/path/python ...]

Every run is a whole process; see :mod:`benchmarks.speed_profile.runs` for what is compared with what.
"""
