"""How the practice pictures are drawn: Pillow only, the same prompt and options give the same pixels."""
