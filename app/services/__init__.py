"""The use cases: sequence, nothing else. What they need from outside is named in `ports.py`."""
