/* Makes pages that already work quicker to use. Nothing here is needed for anything. */
"use strict";
(() => {
  const typing = (el) => el.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll(".queue .row")];
  let at = -1, going = false;

  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("is-current");
    at = Math.max(0, Math.min(all.length - 1, at + step));
    all[at].classList.add("is-current");
    (all[at].querySelector("summary, a") || all[at]).focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    e: () => { const row = rows()[at]; if (row && "open" in row) row.open = !row.open; },
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    n: () => { const note = document.getElementById("composer-note"); if (note) { note.closest("details").open = true; note.focus(); } },
    s: () => document.querySelector(".case-head .btn--primary")?.focus(),
    g: () => { going = true; setTimeout(() => { going = false; }, 1200); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (going) {
      going = false;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "Enter" && at >= 0 && event.target.matches("summary")) {
      const link = rows()[at]?.querySelector(".row__subject");
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    form.dataset.sent = "1";
    // The pressed button must still be sent, so it is switched off only after the form was read.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  }));

  // The same words and the same limits as complaints/chips.py.
  const span = (seconds, units = 1) => {
    const minutes = Math.floor(seconds / 60);
    const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "m"]];
    const first = Math.max(0, parts.findIndex(([count], place) => count || place === 2));
    return parts.slice(first, first + units).filter(([count], place) => count || !place).map((part) => part.join("")).join(" ");
  };
  const tones = ["far", "near", "soon", "overdue"];
  const tick = () => document.querySelectorAll("[data-ends-at]").forEach((chip) => {
    const left = (new Date(chip.dataset.endsAt) - Date.now()) / 1000;
    const text = chip.querySelector(".chip__text");
    if (!text) return;
    text.textContent = left > 0 ? `Due in ${span(left, 2)}` : `Overdue by ${span(-left)}`;
    const tone = tones[left <= 0 ? 3 : left < 86400 ? 2 : left <= 259200 ? 1 : 0];
    for (const one of tones) chip.classList.toggle(`chip--${one}`, one === tone);
  });
  setInterval(tick, 60000);

  let waiting;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const body = new FormData(form);
      body.set("purpose", form.dataset.purpose);
      body.set("text", event.target.value);
      const answer = await fetch(form.dataset.draft, { method: "POST", body });
      const state = form.querySelector("[data-draft-state]");
      if (state) state.textContent = answer.ok ? "Draft kept" : "The draft could not be kept.";
    }, 800);
  });
})();
