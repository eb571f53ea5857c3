"""What scripts talk to: JSON in, JSON out, one error shape."""
