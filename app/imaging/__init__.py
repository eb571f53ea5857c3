"""Pixels: everything that touches Pillow, for pictures that people or providers send."""
