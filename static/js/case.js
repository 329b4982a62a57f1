/* The pages of a case: forms that lose no word, parts read later, who else is here. Nothing here is needed for anything. */
"use strict";
(() => {
  const t = window.redress.t;
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
  const busy = (form, on) => form.querySelectorAll("button").forEach((button) => { button.disabled = on; });
  // Words go onto a shelf of this window, under the name of who wrote them: another who signs in here does not find them.
  const viewer = document.querySelector("[data-viewer]")?.dataset.viewer || "";
  const shelf = (form) => `kept:${viewer}:${new URL(form.action).pathname}`;
  const ticks = (one) => one.matches("[type=radio], [type=checkbox]");
  const written = (form) => [...form.elements].filter((one) => one.name && one.matches("textarea, select, input:not([type=hidden], [type=file])"));
  // A list in which nothing is chosen by the page shows its first line.
  const chosenElse = (list) => list.selectedIndex !== Math.max(0, [...list.options].findIndex((choice) => choice.defaultSelected));
  const changed = (form) => written(form).some((one) => (ticks(one) ? one.checked !== one.defaultChecked : one.matches("select") ? chosenElse(one) : one.value !== one.defaultValue));
  const shelve = (form) => sessionStorage.setItem(shelf(form), JSON.stringify(written(form).map((one) => [one.name, one.value, one.checked])));
  const takeBack = (form, words) => {
    const kept = JSON.parse(sessionStorage.getItem(shelf(form)) || "null");
    if (!kept) return;
    sessionStorage.removeItem(shelf(form));
    const there = written(form);
    for (const [name, value, on] of kept) for (const one of there.filter((box) => box.name === name)) {
      if (!ticks(one)) one.value = value;
      else if (one.value === value) one.checked = on;
    }
    if (form.closest("details")) form.closest("details").open = true;
    const part = form.closest(".composer__part");
    if (part) document.getElementById(`compose-${part.dataset.for}`).checked = true;
    said(form, words);
  };
  const BACK = t("What you wrote and did not send is back.");
  const signIn = (form, to) => {
    shelve(form);
    const link = document.createElement("a");
    link.href = to || "/accounts/sign-in";
    link.textContent = t("Sign in again");
    said(form, t("You are signed out. "), link, t("; what you wrote will be here."));
  };
  document.querySelectorAll("form[data-keep]").forEach((form) => takeBack(form, BACK));
  let waiting;
  // After a form of this page was sent the focus is at what it changed: the newest entry, or the part it stood in.
  const from = sessionStorage.getItem("from"), changedPart = document.querySelector(`[data-live="${from}"]`);
  sessionStorage.removeItem("from");
  if (changedPart && document.querySelector(".composer")) {
    const newest = [...changedPart.querySelectorAll(".entry")].at(-1);
    if (newest) newest.tabIndex = -1;
    (newest || changedPart.querySelector("a"))?.focus({ preventScroll: true });
  }
  const waits = new WeakMap();
  const resend = (form, button, after) => {
    said(form, t("No connection. What you wrote is still here; it is sent as soon as the line is back."));
    clearTimeout(waits.get(form));
    waits.set(form, setTimeout(() => send(form, button, Math.min(after * 2, 30000)), after));
    addEventListener("online", () => { clearTimeout(waits.get(form)); send(form, button); }, { once: true });
  };
  // An answer without the form in it, such as a refusal on a page of its own, is told beside the words, which stay.
  const told = (page) => {
    const line = page.querySelector(".message--error, [role=alert]") || page.querySelector("main h1 + p");
    return (line || page.body).textContent.replace(/\s+/g, " ").trim().slice(0, 300);
  };
  const show = (form, text, address) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!page.querySelector("#main form[data-keep]")) { said(form, `${t("Not saved.")} ${told(page)}`); return; }
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
    if (!answer || (answer.status >= 502 && answer.status !== 507)) { resend(form, button, after); return; }
    const to = answer.headers.get("HX-Redirect");
    if (answer.status === 401) { signIn(form, to); return; }
    if (to || answer.redirected) {
      const there = new URL(to || answer.url, location);
      // What else is begun on this page is there again on the next.
      document.querySelectorAll("form[data-keep]").forEach((other) => { if (other !== form && changed(other)) shelve(other); });
      if (!button?.hasAttribute("formaction")) sessionStorage.setItem("from", form.closest("[data-live]")?.dataset.live || "story");
      if (there.pathname === location.pathname && there.search === location.search) location.reload();
      else location.assign(there);
      return;
    }
    show(form, await answer.text(), address);
  };

  window.redress.send = send;

  const keep = async (form, box) => {
    const body = new FormData(form);
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
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form, event.target), 800);
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
        takeBack(form, BACK);
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
