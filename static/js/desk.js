/* A person's list: a row dragged onto a colleague is given to them. The form beside it does the same without. */
"use strict";
(() => {
  const form = document.getElementById("give");
  // "a" goes to whom the chosen are given, as on the queue it goes to assigning.
  if (form) window.redress.acts.a = () => form.elements.to.focus();
  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-drag]") || null;
    if (!dragged) return;
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector("[name=pick]").value);
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    document.querySelectorAll(".is-over").forEach((one) => one.classList.remove("is-over"));
  });
  document.querySelectorAll("[data-drop]").forEach((person) => {
    person.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      person.classList.add("is-over");
    });
    person.addEventListener("dragleave", () => person.classList.remove("is-over"));
    person.addEventListener("drop", (event) => {
      if (!dragged || !form) return;
      event.preventDefault();
      dragged.querySelector("[name=pick]").checked = true;
      form.elements.to.value = person.dataset.drop;
      form.requestSubmit();
    });
  });
})();
