"""Where a mask can be seen as it was understood."""

from __future__ import annotations

from urllib.parse import urlencode

from app.web.forms.masks import MaskForm


def view_of(image: str, mask: str, form: MaskForm) -> str:
    """The address of what a form's mask means for a picture; both are references."""
    asked = {"image": image, "mask": mask, "mask_means": form.text("mask_means")}
    if form.text("model"):
        asked["model"] = form.text("model")
    if form.invert_mask.is_set:
        asked["invert_mask"] = "true"
    return f"/edit/mask?{urlencode(asked)}"
