/* Makes pages that already work quicker to use. Nothing here is needed for anything. */
"use strict";
(() => {
  // The words of the scripts in the reader's language; English pages carry none.
  const spoken = JSON.parse(document.getElementById("words")?.textContent || "{}");
  const t = (words, gaps = {}) => (spoken[words] || words).replace(/\{(\w+)\}/g, (whole, gap) => gaps[gap] ?? whole);

  const typing = (el) => el.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll(".queue .row")];
  let at = -1, going = false;

  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("is-current");
    at = Math.max(0, Math.min(all.length - 1, at + step));
    all[at].classList.add("is-current");
    (all[at].querySelector(".row__subject") || all[at].querySelector("a") || all[at]).focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
    document.dispatchEvent(new CustomEvent("redress:row", { detail: all[at] }));
  };
  const onCase = () => document.querySelector(".case");
  const press = (act) => (rows()[at] || document).querySelector(`[data-act="${act}"]`)?.click();
  const write = (id) => { const box = document.getElementById(id); if (box) { box.closest("details").open = true; box.focus(); } };
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    n: () => write("composer-note"),
    r: () => write("composer-ask"),
    a: () => press("a"),
    f: () => press("f"),
    s: () => { if (onCase()) openPalette(); else press("s"); },
    x: () => { const box = rows()[at]?.querySelector("[name=pick]"); if (box) box.click(); },
    "[": () => document.querySelector('[data-key="["]')?.click(),
    "]": () => document.querySelector('[data-key="]"]')?.click(),
    g: () => { going = true; setTimeout(() => { going = false; }, 1200); },
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") { event.preventDefault(); openPalette(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.closest("form[method=post]")) {
      const form = event.target.closest("form");
      event.preventDefault();
      form.requestSubmit(form.querySelector("button:not([name=preview], [name=insert])"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (going) {
      going = false;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // The phone's "More" closes by Escape, which gives the focus back, and by a press beside it.
  const more = document.querySelector(".nav-more");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more?.open) return;
    more.open = false;
    more.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (more?.open && !more.contains(event.target)) more.open = false; });

  // One sentence about the connection above the page; "" takes it away.
  const say = (words) => {
    let told = document.getElementById("connection");
    if (!words) { told?.remove(); return; }
    if (!told) {
      told = document.createElement("p");
      told.id = "connection";
      told.className = "message message--error";
      told.setAttribute("role", "status");
      document.querySelector(".page__messages")?.append(told);
    }
    if (told.textContent !== words) told.textContent = words;
  };
  // What pages of their own add to: their keys, the row the keys stand on, and the sentence above the page.
  window.redress = { acts, say, t, row: () => rows()[at] };

  let waiting;
  const busy = (form, on) => form.querySelectorAll("button").forEach((button) => { button.disabled = on; });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    if (form.matches("[data-keep]")) { event.preventDefault(); send(form, event.submitter); return; }
    if (!navigator.onLine) {
      event.preventDefault();
      say(t("No connection. Nothing was sent, and what you typed stands here. Press again when the connection is back."));
      addEventListener("online", () => say(""), { once: true });
      return;
    }
    form.dataset.sent = "1";
    // The pressed button must still be sent, so it is switched off only after the form was read.
    setTimeout(() => busy(form, true));
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
    text.textContent = left > 0 ? t("Due in {span}", { span: span(left, 2) }) : t("Overdue by {span}", { span: span(-left) });
    const tone = tones[left <= 0 ? 3 : left < 86400 ? 2 : left <= 259200 ? 1 : 0];
    for (const one of tones) chip.classList.toggle(`chip--${one}`, one === tone);
  });
  // Ours say what is left and nothing more; the same words as complaints/ours.py.
  const tickOurs = () => document.querySelectorAll("[data-ours-until]").forEach((chip) => {
    const left = (new Date(chip.dataset.oursUntil) - Date.now()) / 1000;
    const text = chip.querySelector(".chip__text");
    if (text) text.textContent = left > 0 ? span(left, 2) : t("Missed by {span}", { span: span(-left) });
  });
  document.addEventListener("redress:tick", tickOurs);
  // One tick for the whole page: chips, who is here, what is new.
  setInterval(() => document.dispatchEvent(new Event("redress:tick")), 20000);
  document.addEventListener("redress:tick", tick);

  // A form that keeps what was typed: when the line or the session is gone it says so, and it is never sent twice,
  // for it carries a key of its own.
  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  const post = (address, body) => {
    const token = cookie("csrftoken"), headers = { "HX-Request": "true" };
    // Signing in again makes a new token; the one in this page is then too old.
    if (token) { body.delete("csrfmiddlewaretoken"); headers["X-CSRFToken"] = token; }
    return fetch(address, { method: "POST", body, headers });
  };
  const said = (form, ...words) => {
    let line = form.querySelector("[data-said]");
    if (!line) { line = document.createElement("p"); line.className = "form__said"; line.dataset.said = ""; line.setAttribute("role", "status"); form.append(line); }
    line.replaceChildren(...words);
  };
  const written = (form) => [...form.elements].filter((one) => one.name && one.matches("textarea, select, input:not([type=hidden], [type=file], [type=radio], [type=checkbox])"));
  const shelf = (form) => `kept:${new URL(form.action).pathname}`;
  const signIn = (form, to) => {
    sessionStorage.setItem(shelf(form), JSON.stringify(written(form).map((one) => [one.name, one.value])));
    const link = document.createElement("a");
    link.href = to || "/accounts/sign-in";
    link.textContent = t("Sign in again");
    said(form, t("You are signed out. "), link, t("; what you wrote will be here."));
  };
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const kept = JSON.parse(sessionStorage.getItem(shelf(form)) || "null");
    if (!kept) continue;
    sessionStorage.removeItem(shelf(form));
    for (const [name, value] of kept) if (form.elements[name]) form.elements[name].value = value;
    if (form.closest("details")) form.closest("details").open = true;
    said(form, t("What you wrote before you were signed out is back."));
  }
  const waits = new WeakMap();
  const resend = (form, button, after) => {
    said(form, t("No connection. What you wrote is still here; it is sent as soon as the line is back."));
    clearTimeout(waits.get(form));
    waits.set(form, setTimeout(() => send(form, button, Math.min(after * 2, 30000)), after));
    addEventListener("online", () => { clearTimeout(waits.get(form)); send(form, button); }, { once: true });
  };
  const show = (text, address) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const place of ["#main", ".aside", ".page__foot"]) document.querySelector(place)?.replaceChildren(...page.querySelector(place)?.childNodes || []);
    document.title = page.title;
    history.pushState({}, "", address);
    const first = document.querySelector("#main [role=alert]") || document.getElementById("main");
    first.tabIndex = -1;
    first.focus();
    scrollTo(0, 0);
  };
  addEventListener("popstate", () => location.reload());
  const send = async (form, button, after = 2000) => {
    if (form.dataset.sent || !form.isConnected) return;
    form.dataset.sent = "1";
    const body = new FormData(form, button);
    // A draft that waits to be kept must not come after what this keeps.
    clearTimeout(waiting);
    busy(form, true);
    const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
    const answer = await post(address, body).catch(() => null);
    delete form.dataset.sent;
    busy(form, false);
    if (!answer || answer.status >= 502) { resend(form, button, after); return; }
    const to = answer.headers.get("HX-Redirect");
    if (answer.status === 401) { signIn(form, to); return; }
    if (to || answer.redirected) {
      const there = new URL(to || answer.url, location);
      if (there.pathname === location.pathname && there.search === location.search) location.reload();
      else location.assign(there);
      return;
    }
    show(await answer.text(), address);
  };

  const keep = async (form, box) => {
    const body = new FormData(form);
    body.set("purpose", form.dataset.purpose);
    body.set("text", box.value);
    const answer = await post(form.dataset.draft, body).catch(() => null);
    if (answer?.status === 401) signIn(form, answer.headers.get("HX-Redirect"));
    else if (answer) said(form, answer.ok ? t("Draft kept") : t("The draft could not be kept."));
    else {
      said(form, t("No connection. Your words are kept as soon as it is back."));
      addEventListener("online", () => keep(form, box), { once: true });
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form || !event.target.matches("textarea")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form, event.target), 800);
  });

  // The palette: what the search page shows, without leaving this one.
  const palette = document.getElementById("palette");
  const found = palette?.querySelector(".palette__found");
  let asking;
  const lines = () => [...palette.querySelectorAll("a.palette__line")];
  const ask = async (words) => {
    asking?.abort();
    asking = new AbortController();
    const query = new URLSearchParams({ q: words, on: palette.dataset.on || "" });
    try {
      const answer = await fetch(`${palette.dataset.url}?${query}`, { headers: { "HX-Request": "true" }, signal: asking.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      found.innerHTML = await answer.text();
      // Steps are taken without losing the list one came from.
      if (location.search.includes("view=")) for (const line of lines()) if (line.pathname.includes("/step/")) line.search = location.search;
      lines()[0]?.classList.add("is-current");
      palette.dataset.shown = words;
    } catch (error) {
      if (error.name !== "AbortError") found.textContent = t("Nothing can be looked up just now. Press Enter to try on a page of its own.");
    }
  };
  const openPalette = () => {
    if (!palette || palette.open) return;
    palette.showModal();
    palette.querySelector("input[type=search]").select();
    ask(palette.querySelector("input[type=search]").value.trim());
  };
  let typed;
  palette?.addEventListener("input", (event) => {
    clearTimeout(typed);
    typed = setTimeout(() => ask(event.target.value.trim()), 120);
  });
  palette?.addEventListener("keydown", (event) => {
    const all = lines(), here = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = here < 0 ? (event.key === "ArrowDown" ? Math.min(1, all.length - 1) : all.length - 1) : here + (event.key === "ArrowDown" ? 1 : -1);
      for (const line of all) line.classList.toggle("is-current", line === all[next]);
      (all[next] || palette.querySelector("input[type=search]")).focus();
    } else if (event.key === "Escape") {
      // A search field would take the first Escape to clear itself.
      event.preventDefault();
      palette.close();
    } else if (event.key === "Enter" && event.target.matches("input[type=search]") && palette.dataset.shown === event.target.value.trim() && all.length) {
      event.preventDefault();
      all[0].click();
    }
  });
  palette?.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  if (location.hash === "#steps") openPalette();

  document.querySelector("form[data-focus]")?.querySelector(":is(input:not([type=hidden]), select, textarea, button)")?.focus();

  // How many rows are chosen; one press on the bar's Clear lets them all go.
  document.addEventListener("change", () => {
    const count = document.querySelector("[data-picked]");
    if (count) count.textContent = document.querySelectorAll("[name=pick]:checked").length;
  });
  document.querySelector(".bulk")?.addEventListener("reset", () => setTimeout(() => document.dispatchEvent(new Event("change"))));

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
    const into = document.querySelector(link.dataset.into || ":not(*)") || link.parentElement;
    if (await part(link.dataset.part, into)) into.querySelector(":is(input:not([type=hidden]), select, textarea)")?.focus();
    else location.assign(link.href);
  });

  // What a step does to the dates, while it is being filled in.
  let looking;
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-previews]");
    if (!form) return;
    looking = event;
    const body = new FormData(form);
    body.set("preview", "1");
    const answer = await post(form.action, body).catch(() => null);
    if (!answer?.ok || answer.redirected || looking !== event) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const effects = page.querySelector("[data-effects]");
    if (effects) form.querySelector("[data-effects]").innerHTML = effects.innerHTML;
  });

  // Together: who else is here and writes where, and what changed, without loading the page again.
  let mark = "", pause = 0, rests = 0;
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
    const answer = await fetch(`${pulse.dataset.pulse}?${query}`, { headers: mark ? { "If-None-Match": mark, "HX-Request": "true" } : { "HX-Request": "true" } }).catch(() => null);
    // A server that does not answer is asked ever more seldom, at least every five minutes.
    pause = answer && answer.status < 500 ? 0 : Math.min(Math.max(pause * 2, 20000), 300000);
    rests = Date.now() + pause;
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
})();
