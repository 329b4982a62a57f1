/* Makes pages that already work quicker to use. Nothing here is needed for anything. */
"use strict";
(() => {
  // The words of the scripts in the reader's language; English pages carry none.
  const spoken = JSON.parse(document.getElementById("script-words")?.textContent || "{}");
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
  // On a phone a wide table stands in rows under each other: each cell says which column it is from (components.css).
  for (const table of document.querySelectorAll(".table--stack")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const line of table.tBodies[0]?.rows || []) [...line.cells].forEach((cell, at) => { if (at && cell.tagName === "TD" && cell.colSpan === 1 && heads[at]) cell.dataset.label = heads[at]; });
    table.classList.add("is-named");
  }
  const onCase = () => document.querySelector(".case");
  const press = (act) => (rows()[at] || document).querySelector(`[data-act="${act}"]`)?.click();
  // One box of the composer is open; where it is refused, its sentence is.
  const write = (purpose) => {
    const tab = document.getElementById(`compose-${purpose}`);
    if (!tab) return;
    tab.checked = true;
    (document.querySelector(`.composer__part[data-for="${purpose}"] textarea`) || tab).focus();
  };
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    n: () => write("note"),
    r: () => write("ask_customer"),
    o: () => write("ask_task"),
    a: () => press("a"),
    f: () => press("f"),
    t: () => press("t"),
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
      const ways = form.querySelectorAll("button:not([name=preview], [name=insert], [name=forget])");
      // Approve or return: where a form leads to two places, somebody chooses between them.
      if (ways.length > 1 && ways[0].hasAttribute("formaction")) ways[0].focus();
      else form.requestSubmit(ways[0]);
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
  // What pages of their own add to: their keys, the row the keys stand on, the sentence above the page.
  const house = { acts, say, t, row: () => rows()[at] };
  window.redress = house;

  const busy = (form, on) => form.querySelectorAll("button").forEach((button) => { button.disabled = on; });
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
  // Words go onto a shelf of this window, under the name of who wrote them: another who signs in here does not find them.
  const viewer = document.querySelector("[data-viewer]")?.dataset.viewer || "";
  // Several forms of a page may lead to one address; the name in data-keep tells them apart.
  const shelf = (form) => `kept:${viewer}:${new URL(form.action).pathname}:${form.dataset.keep}`;
  const ticks = (one) => one.matches("[type=radio], [type=checkbox]");
  const written = (form) => [...form.elements].filter((one) => one.name && one.matches("textarea, select, input:not([type=hidden], [type=file], [type=password])"));
  // A list in which nothing is chosen by the page shows its first line.
  const chosenElse = (list) => list.selectedIndex !== Math.max(0, [...list.options].findIndex((choice) => choice.defaultSelected));
  const changed = (form) => written(form).some((one) => (ticks(one) ? one.checked !== one.defaultChecked : one.matches("select") ? chosenElse(one) : one.value !== one.defaultValue));
  const shelve = (form) => sessionStorage.setItem(shelf(form), JSON.stringify(written(form).map((one) => [one.name, one.value, one.checked])));
  const takeBack = (form) => {
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
    said(form, t("What you wrote and did not send is back."));
  };
  const signIn = (form, to) => {
    shelve(form);
    const link = document.createElement("a");
    link.href = to || "/accounts/sign-in";
    link.textContent = t("Sign in again");
    said(form, t("You are signed out. "), link, t("; what you wrote will be here."));
  };
  document.querySelectorAll("form[data-keep]").forEach((form) => takeBack(form));
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
  const show = (form, text, address, refused) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (refused && !page.querySelector("#main form[data-keep]")) { said(form, `${t("Not saved.")} ${told(page)}`); return; }
    for (const place of ["#main", ".aside", ".page__foot"]) document.querySelector(place)?.replaceChildren(...page.querySelector(place)?.childNodes || []);
    window.htmx?.process(document.getElementById("main"));
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
    clearTimeout(house.drafting);
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
      if (!button?.hasAttribute("formaction") && there.pathname.startsWith("/complaints/")) sessionStorage.setItem("from", form.closest("[data-live]")?.dataset.live || "story");
      if (there.pathname === location.pathname && there.search === location.search) location.reload();
      else location.assign(there);
      return;
    }
    show(form, await answer.text(), address, answer.status >= 400);
  };
  Object.assign(house, { said, post, signIn, takeBack, changed });

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
      if (location.search.includes("view=")) for (const line of lines()) if (line.pathname.includes("/step/")) line.search += line.search ? `&${location.search.slice(1)}` : location.search;
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
  palette?.addEventListener("click", (event) => {
    if (event.target === palette) { palette.close(); return; }
    // What is written on the open case is written where one is, with all that was typed.
    const line = event.target.closest("a[data-compose]");
    if (!line || !document.getElementById("composer") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    palette.close();
    write(line.dataset.compose);
    const choice = line.dataset.text && document.querySelector(`.composer__part[data-for="${line.dataset.compose}"] [name=standard]`);
    if (!choice) return;
    choice.value = line.dataset.text;
    choice.form.requestSubmit(choice.form.querySelector("button[name=insert]"));
  });
  if (location.hash === "#steps") openPalette();
  // Without script the same link leads to the list of steps beside the story.
  document.addEventListener("click", (event) => {
    if (!palette || !event.target.closest("[data-steps]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openPalette();
  });

  // Of choices of which one is made already, that one is where the keys begin.
  const begin = document.querySelector("form[data-focus]");
  const first = begin?.querySelector(":is(input:not([type=hidden]), select, textarea, button)");
  ((first?.type === "radio" && begin.querySelector(`[name="${first.name}"]:checked`)) || first)?.focus();

  // How many rows are chosen; one press on the bar's Clear lets them all go.
  document.addEventListener("change", () => {
    const count = document.querySelector("[data-picked]");
    if (count) count.textContent = document.querySelectorAll("[name=pick]:checked").length;
  });
  document.querySelector(".bulk")?.addEventListener("reset", () => setTimeout(() => document.dispatchEvent(new Event("change"))));
})();
