// The centres' clocks; and arrow keys walk over the heat map: Tab still stops at every number, and without script nothing is missing.
"use strict";
(() => {
  // The clocks of the centres go on by the one tick of the page; what the server wrote stands until then.
  const clocks = document.querySelectorAll("time[data-zone]");
  document.addEventListener("redress:tick", () => clocks.forEach((clock) => {
    clock.textContent = new Intl.DateTimeFormat("en-GB", { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit" }).format(new Date());
  }));
  const table = document.querySelector(".heat__table");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  table.addEventListener("keydown", (event) => {
    const by = step[event.key], cell = event.target.closest("td, th");
    if (!by || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
    // Right to left, the next cell stands on the left.
    const across = getComputedStyle(table).direction === "rtl" ? -by[1] : by[1];
    let row = rows.indexOf(cell.parentElement) + by[0], place = cell.cellIndex + across, link = null;
    while (!link && rows[row]?.cells[place]) {
      link = rows[row].cells[place].querySelector("a");
      row += by[0];
      place += across;
    }
    if (!link) return;
    event.preventDefault();
    link.focus();
  });
})();
