// The pages' one script. Everything listens on the document, so that parts htmx brings in need no
// wiring of their own. Nothing here evaluates text as code: the pages forbid it.
import "htmx.org";
import "./confirm.js";
import "./copy.js";
import "./dialogs.js";
import "./drawer.js";
import "./failures.js";
import "./files.js";
import "./filters.js";
import "./flip.js";
import "./folds.js";
import "./keep.js";
import "./live.js";
import "./menus.js";
import "./modules.js";
import "./palette.js";
import "./paper.js";
import "./setup.js";
import "./once.js";
import "./sign-in.js";
import "./sources.js";
import "./theme-choice.js";
import "./times.js";
import "./toasts.js";
import "./today.js";
import "./upload.js";
import "./worker.js";
