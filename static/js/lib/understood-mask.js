/**
 * The studio draws a mask as it understands it for the picture on a desk, and the painter shows that; where it
 * cannot be drawn, the price's answer says why. Without a reference it is the mask that came with the page.
 */
export async function showUnderstood(desk, reference) {
  const { elements } = desk.form;
  const image = desk.getAttribute("on") ?? desk.querySelector("picture-list li [name=image]")?.value;
  const mask = reference ?? desk.querySelector("input[type=hidden][name=mask]")?.value;
  if (!image || !mask) return;
  const asked = { image, mask, mask_means: elements.mask_means.value, model: elements.model.value };
  if (desk.querySelector("#invert_mask").checked) asked.invert_mask = "true";
  await customElements.whenDefined("mask-painter");
  await desk.painter.show(`/edit/mask?${new URLSearchParams(asked)}`).catch(() => {});
}
