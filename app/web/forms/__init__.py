"""Forms: text as it was typed, turned into request values; the catalogue judges them."""
