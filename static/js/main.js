// Each element improves one piece of a page that works without it; any of them could be deleted.
import "./elements/careful-form.js";
import "./elements/compare-slider.js";
import "./elements/copy-text.js";
import "./elements/edit-desk.js";
import "./elements/edit-elsewhere.js";
import "./elements/job-progress.js";
import "./elements/library-search.js";
import "./elements/live-price.js";
import "./elements/model-options.js";
import "./elements/next-turn.js";
import "./elements/picture-list.js";
import "./elements/picture-walk.js";
import "./elements/picture-wall.js";
import "./elements/picture-zoom.js";
import "./elements/prompt-counter.js";
import "./elements/remembered-details.js";
import "./elements/studio-keys.js";

if (document.querySelector("mask-painter")) import("./elements/mask-painter.js"); // large, and of one page
