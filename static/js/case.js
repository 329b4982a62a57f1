/* The pages of a case: drafts kept on the server, parts read later, who else is here. Nothing here is needed for anything. */
"use strict";
(() => {
  const { t, said, post, signIn, takeBack, changed } = window.redress;
  // After a form of this page was sent the focus is at what it changed: the newest entry, or the part it stood in.
  const from = sessionStorage.getItem("from"), changedPart = document.querySelector(`[data-live="${from}"]`);
  sessionStorage.removeItem("from");
  if (changedPart && document.querySelector(".composer")) {
    const newest = [...changedPart.querySelectorAll(".entry")].at(-1);
    if (newest) newest.tabIndex = -1;
    (newest || changedPart.querySelector("a"))?.focus({ preventScroll: true });
  }
  const keep = async (form, box) => {
    const body = new FormData(form);
    // A draft is kept often; the key is that of the form.
    body.delete("once");
    body.set("purpose", form.dataset.purpose);
    body.set("text", box.value);
    const answer = await post(form.dataset.draft, body).catch(() => null);
    if (answer?.status === 401) signIn(form, answer.headers.get("HX-Redirect"));
    else if (answer) said(form, answer.ok ? t("Draft kept") : answer.status === 409 ? await answer.text() : t("The draft could not be kept."));
    else {
      said(form, t("No connection. Your words are kept as soon as it is back."));
      addEventListener("online", () => keep(form, box), { once: true });
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form || !event.target.matches("textarea")) return;
    clearTimeout(window.redress.drafting);
    window.redress.drafting = setTimeout(() => keep(form, event.target), 800);
  });

  // A file that is too large is refused before it is sent.
  document.addEventListener("change", (event) => {
    const box = event.target, most = Number(box.dataset?.most || 0), file = box.files?.[0];
    if (!most || !file || file.size <= most) return;
    box.value = "";
    said(box.form, t("“{name}” is larger than {number} MB. Send it in parts, or a smaller copy.", { name: file.name, number: Math.floor(most / 1048576) }));
  });

  // Parts of a page that are read when they come into sight, or when their link is followed.
  const part = async (address, into) => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status !== 200 || answer.redirected) return false;
    into.innerHTML = await answer.text();
    return true;
  };
  const later = document.querySelector("[data-later]");
  if (later) new IntersectionObserver((seen, watch) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    part(later.dataset.later, later);
  }, { rootMargin: "200px" }).observe(later);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-part]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const into = document.querySelector(link.dataset.into || ":not(*)") || link.parentElement, before = [...into.childNodes];
    // Given up, it is again what it was, and the focus is where it came from.
    const back = () => { into.replaceChildren(...before); link.focus(); };
    if (await part(link.dataset.part, into)) {
      for (const form of into.querySelectorAll("form[data-keep]")) {
        takeBack(form);
        form.querySelector("[data-cancel]")?.addEventListener("click", (press) => { press.preventDefault(); back(); });
        form.addEventListener("keydown", (key) => { if (key.key === "Escape" && !changed(form)) back(); });
      }
      into.querySelector(":is(input:not([type=hidden]), select, textarea)")?.focus();
    } else location.assign(link.href);
  });

  // What a step does to the dates, while it is being filled in.
  let looking;
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-previews]");
    if (!form) return;
    looking = event;
    const body = new FormData(form);
    body.delete("once");
    body.set("preview", "1");
    const answer = await post(form.action, body).catch(() => null);
    if (!answer?.ok || answer.redirected || looking !== event) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const effects = page.querySelector("[data-effects]");
    if (effects) form.querySelector("[data-effects]").innerHTML = effects.innerHTML;
  });

  // Together: who else is here and writes where, and what changed, without loading the page again.
  let mark = "", pause = 0, rests = 0, asked = 0, heard = 0;
  const place = (box) => `${new URL(box.form.action).pathname.split("/").at(-1)}:${box.name}`;
  const writes = () => { const box = document.activeElement; return box?.form?.matches("[data-keep]") && box.name ? place(box) : ""; };
  const busyFields = (pulse) => {
    const busyAt = new Map([...pulse.querySelectorAll("[data-field]")].map((one) => [one.dataset.field, one.dataset.who]));
    document.querySelectorAll(".field__busy").forEach((one) => { if (!busyAt.has(one.dataset.at)) one.remove(); });
    for (const form of document.querySelectorAll("form[data-keep]")) for (const box of form.elements) {
      const who = box.name && busyAt.get(place(box)), field = box.closest(".field") || box.parentElement;
      if (!who || field.querySelector(".field__busy")) continue;
      const line = document.createElement("p");
      line.className = "field__busy";
      line.dataset.at = place(box);
      line.textContent = t("{name} is writing here too. If both of you save, you choose between the two.", { name: who });
      field.append(line);
    }
  };
  const known = new Set([...document.querySelectorAll(".entry")].map((one) => one.id));
  const refresh = async (pulse) => {
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.status !== 200 || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      // What somebody has open to write in is left as it is.
      if (!fresh || part.querySelector("form.form") || part.contains(document.activeElement)) continue;
      part.replaceChildren(...fresh.childNodes);
    }
    document.querySelectorAll(".entry").forEach((one) => one.classList.toggle("is-new", !known.has(one.id)));
    // What is shown now is what the next note is written on.
    const version = page.querySelector("[data-pulse]")?.dataset.version;
    if (!version) return;
    pulse.dataset.version = version;
    document.querySelectorAll(".composer [name=version]").forEach((box) => { box.value = version; });
  };
  const beat = async () => {
    const pulse = document.querySelector("[data-pulse]");
    if (!pulse || document.hidden) return;
    const query = new URLSearchParams({ version: pulse.dataset.version, doing: pulse.dataset.doing || "", field: writes() });
    const mine = ++asked;
    const answer = await fetch(`${pulse.dataset.pulse}?${query}`, { headers: mark ? { "If-None-Match": mark, "HX-Request": "true" } : { "HX-Request": "true" } }).catch(() => null);
    // Two may be on their way at once; what was asked first and is answered last is old.
    if (mine < heard) return;
    heard = mine;
    // A server that does not answer is asked ever more seldom, at least every five minutes.
    pause = answer && answer.status < 500 ? 0 : Math.min(Math.max(pause * 2, 20000), 300000);
    rests = Date.now() + pause;
    if (answer?.status === 401) { window.redress.say(t("You are signed out. Sign in again in another window, then go on here.")); return; }
    if (answer) window.redress.say("");
    if (answer?.status !== 200 || answer.redirected) return;
    mark = answer.headers.get("ETag") || "";
    pulse.innerHTML = await answer.text();
    busyFields(pulse);
    if (pulse.querySelector(".pulse__news") && document.querySelector("[data-live]")) await refresh(pulse);
  };
  if (document.querySelector("[data-pulse]")) {
    setTimeout(beat, 1000);
    document.addEventListener("redress:tick", () => { if (Date.now() >= rests) beat(); });
    document.addEventListener("visibilitychange", beat);
    addEventListener("online", beat);
    let moved;
    document.addEventListener("focusin", () => { clearTimeout(moved); moved = setTimeout(() => { if (writes()) beat(); }, 400); });
  }

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
