"""Where paid calls run."""
