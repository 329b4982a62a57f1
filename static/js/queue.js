/* The queue: rows that open in place or beside the list, and a list that says what changed. */
"use strict";
(() => {
  const queue = document.querySelector(".queue[data-live]");
  const house = window.redress;
  if (!queue || !house) return;
  const t = house.t;
  const pane = document.getElementById("pane");
  const there = () => [...queue.querySelectorAll(".row")];
  const subject = (row) => row.querySelector(".row__subject");
  const reference = (row) => row.id.slice(4);

  // A complaint at a glance, as the server shows it without this script.
  let asking;
  const glance = async (row) => {
    asking?.abort();
    asking = new AbortController();
    const link = new URL(subject(row).href);
    const answer = await fetch(`${link.pathname}glance${link.search}`, { headers: { "HX-Request": "true" }, signal: asking.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer.text();
  };
  const fill = async (place, row) => {
    try {
      place.innerHTML = await glance(row);
    } catch (error) {
      if (error.name !== "AbortError") place.textContent = t("It cannot be shown just now. Press Enter to open the complaint.");
    }
  };

  const expand = (row) => {
    if (!row) return;
    const open = row.querySelector(".row__more"), link = row.querySelector(".row__expand");
    link.setAttribute("aria-expanded", String(!open));
    if (open) { open.remove(); return; }
    const more = document.createElement("div");
    more.className = "row__more";
    row.append(more);
    fill(more, row);
  };

  // The split pane. The address holds what is open in it.
  const remember = (name) => {
    const here = new URL(location);
    if (name) here.searchParams.set("open", name); else here.searchParams.delete("open");
    here.hash = "";
    history.replaceState(null, "", here);
  };
  const show = (row) => {
    pane.hidden = false;
    pane.dataset.of = reference(row);
    remember(reference(row));
    for (const one of there()) one.classList.toggle("is-open", one === row);
    fill(pane.querySelector(".pane__body"), row);
  };
  const shut = () => {
    pane.hidden = true;
    remember("");
    for (const one of there()) one.classList.remove("is-open");
  };
  const toggle = () => {
    if (!pane.hidden) { shut(); return; }
    const row = house.row() || there()[0];
    if (row) show(row);
  };
  let soon;
  document.addEventListener("redress:row", (event) => {
    if (pane.hidden) return;
    clearTimeout(soon);
    soon = setTimeout(() => show(event.detail), 120);
  });
  pane.addEventListener("click", (event) => { if (event.target.closest("[data-shut]")) { event.preventDefault(); shut(); } });
  document.querySelector("[data-toggle-pane]")?.addEventListener("click", (event) => { event.preventDefault(); toggle(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !pane.hidden && !document.querySelector("dialog[open]")) shut(); });

  const visit = (path, hash = "") => {
    const row = house.row();
    if (!row || queue.dataset.picks === undefined) return;
    const link = new URL(subject(row).href);
    location.href = `${link.pathname}${path}${link.search}${hash}`;
  };
  Object.assign(house.acts, {
    e: () => expand(house.row()),
    p: toggle,
    a: () => visit("step/assign"),
    s: () => visit("", "#steps"),
  });

  // A press on a row, beside its links, shows it: in the pane when that is open, else in place.
  queue.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row) return;
    if (event.target.closest(".row__expand")) { event.preventDefault(); expand(row); return; }
    if (event.target.closest(".row__line") && !event.target.closest("a")) { if (pane.hidden) expand(row); else show(row); }
  });

  // What the list can be narrowed to is counted when somebody opens the filter, once.
  const filter = document.querySelector("details[data-facets]");
  filter?.addEventListener("toggle", async () => {
    const here = filter.querySelector("[data-facets-here]");
    if (!filter.open || here.dataset.read) return;
    here.dataset.read = "1";
    const answer = await fetch(filter.dataset.facets, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.status === 200 && !answer.redirected) here.innerHTML = await answer.text();
    else delete here.dataset.read;
  });

  // How many came into each saved view since it was last opened: one question for all of them.
  let arrived = "", arrivedMark = "";
  const badges = () => {
    const part = new DOMParser().parseFromString(arrived, "text/html");
    document.querySelectorAll("[data-view] .nav__new").forEach((old) => old.remove());
    for (const badge of part.querySelectorAll("[data-of]")) {
      const link = document.querySelector(`[data-view="${badge.dataset.of}"]:not([aria-current])`);
      link?.querySelector("span").after(badge);
    }
  };
  const arrivals = async () => {
    const place = document.querySelector("[data-arrivals]");
    if (!place || document.hidden) return;
    const headers = { "HX-Request": "true", ...(arrivedMark && { "If-None-Match": arrivedMark }) };
    const answer = await fetch(place.dataset.arrivals, { headers }).catch(() => null);
    if (answer?.status === 200 && !answer.redirected) { arrivedMark = answer.headers.get("ETag") || ""; arrived = await answer.text(); }
    badges();
  };
  arrivals();
  document.addEventListener("redress:tick", arrivals);

  // All of this page at once; half a tick while some are chosen.
  const all = queue.querySelector("[data-pick-all]");
  const picks = () => [...queue.querySelectorAll("[name=pick]")];
  const half = () => {
    const chosen = picks().filter((one) => one.checked).length;
    all.checked = chosen > 0 && chosen === picks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => { for (const one of picks()) one.checked = all.checked; });
    document.addEventListener("change", half);
    addEventListener("pageshow", half);
  }
  const lively = document.querySelector("[data-live-at]");
  const alive = () => {
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    if (lively) lively.textContent = t("Live, {time}", { time: at });
  };
  alive();

  // What changed meanwhile. Rows change in place; nothing new is pushed under the cursor.
  let mark = queue.dataset.live;
  const news = document.getElementById("news");
  const merge = (page) => {
    const fresh = new Map([...page.querySelectorAll(".queue .row")].map((row) => [row.id, row]));
    let gone = 0;
    for (const old of there()) {
      const row = fresh.get(old.id);
      fresh.delete(old.id);
      old.classList.toggle("is-gone", !row);
      if (!row) { gone += 1; continue; }
      if (row.dataset.version === old.dataset.version) continue;
      const chosen = old.querySelector("[name=pick]"), again = row.querySelector("[name=pick]");
      if (chosen && again) { again.checked = chosen.checked; chosen.replaceWith(again); }
      const held = old.contains(document.activeElement) && document.activeElement.className;
      old.querySelector(".row__line").replaceWith(row.querySelector(".row__line"));
      if (held) old.querySelector(`.${CSS.escape(held)}`)?.focus({ preventScroll: true });
      old.dataset.version = row.dataset.version;
      const more = old.querySelector(".row__more");
      if (more) fill(more, old);
    }
    for (const name of [".views", ".tabs--views", ".page__count", ".spot"]) {
      const old = document.querySelector(name), now = page.querySelector(name);
      if (old && now) old.replaceWith(now);
    }
    badges();
    const words = [];
    if (fresh.size) words.push(t("{number} new in this list.", { number: fresh.size }));
    if (gone) words.push(t("{number} no longer in it.", { number: gone }));
    news.hidden = !words.length;
    news.querySelector("span").textContent = words.join(" ");
  };
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href.split("#")[0], { headers: { "HX-Request": "true", "If-None-Match": mark } });
      if (answer.status === 401) { house.say(t("You are signed out. Sign in again in another window, then go on here.")); return; }
      house.say("");
      if (answer.ok || answer.status === 304) alive();
      if (answer.status !== 200 || answer.redirected) return;
      mark = answer.headers.get("ETag") || "";
      merge(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      house.say(t("No connection since {time}. The list stands as it was; it is asked for again as soon as the connection is back.", { time: at }));
    }
  };
  document.addEventListener("redress:tick", look);
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  addEventListener("offline", look);
})();
