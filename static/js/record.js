/* The record side of the case: one key for each suggestion. Nothing here is needed. */
"use strict";
(() => {
  // l links and d dismisses the suggestion in hand, or the first. After g a letter means where to go.
  let before = { key: "", at: 0 };
  document.addEventListener("keydown", (event) => {
    const last = before;
    before = { key: event.key, at: event.timeStamp };
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (!"ld".includes(event.key) || document.querySelector("dialog[open]") || (last.key === "g" && event.timeStamp - last.at < 1200)) return;
    const suggestion = event.target.closest("[data-suggestion]") || document.querySelector("[data-suggestion]");
    const button = suggestion?.querySelector(`[data-press="${event.key}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });
})();
