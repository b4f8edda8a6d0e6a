// The pages' one script. Everything listens on the document, so that parts htmx brings in need no
// wiring of their own. Nothing here evaluates text as code: the pages forbid it.
import "htmx.org";
import "./confirm.js";
import "./copy.js";
import "./drawer.js";
import "./filters.js";
import "./flip.js";
import "./live.js";
import "./menus.js";
import "./sign-in.js";
import "./theme-choice.js";
import "./times.js";
import "./toasts.js";
