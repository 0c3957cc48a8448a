// What makes pages more comfortable. Everything here has a way without scripts: forms are sent, links are followed.

import { live, showPage } from "./live.js";

live();
slider();
deadlines(document);
gate();
preview();
document.addEventListener("submit", once);
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(freed));
document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.getElementById("find")?.focus();
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const one of event.target.closest("form").querySelectorAll("input[name=directives]")) one.checked = event.target.checked;
  }
});
const faulty = document.querySelector("[aria-invalid=true]");
(faulty?.matches("fieldset") ? faulty.querySelector("input:not([type=hidden]), select") : faulty)?.focus();

// A second press sends nothing; the server would carry it out once anyway, by the form's command id.
function once(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  setTimeout(freed, 20000, form);
}

function freed(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
}

// The replay slider: the page as it stood after each event, while it is moved. The slider is renewed with the page, so
// the listener is the document's.
function slider() {
  let waiting = 0;
  document.addEventListener("input", (event) => {
    const range = event.target;
    if (!range.matches(".replay input[type=range]")) return;
    const address = new URL(range.form.action);
    if (range.value !== range.max) address.searchParams.set("version", range.value);
    range.setAttribute("aria-valuetext", `${range.value} / ${range.max}`);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      history.replaceState(null, "", address);
      showPage(address.href);
    }, 60);
  });
}

// Of the three forms of a deadline only the chosen one is shown.
function deadlines(place) {
  for (const group of place.querySelectorAll("[data-deadline]")) {
    const radios = [...group.querySelectorAll("input[type=radio]")];
    const follow = () => {
      for (const radio of radios) {
        const part = group.querySelector(`[data-form="${radio.value}"]`);
        if (part) part.hidden = !radio.checked;
      }
    };
    radios.forEach((radio) => radio.addEventListener("change", follow));
    follow();
  }
}

// The four clear points of each task, as one goes.
function gate() {
  for (const list of document.querySelectorAll("[data-gate]")) {
    const task = document.getElementById(list.dataset.gate);
    const said = (name) => [...task.querySelectorAll(`[name$=".${name}"]`)].some(isSaid);
    const look = () => {
      const clear = {
        person: said("lead_unit"),
        work: said("title") && said("content"),
        time: said("deadline.working_days") || said("deadline.at") || said("deadline.none_because"),
        result: said("expected_result") || said("waive_result"),
      };
      for (const [point, done] of Object.entries(clear)) {
        list.querySelector(`[data-point="${point}"]`).classList.toggle("is-clear", done);
      }
    };
    task.addEventListener("input", look);
    task.addEventListener("change", look);
    look();
  }
}

function isSaid(input) {
  if (input.closest("[hidden]")) return false;
  if (input.type === "radio" || input.type === "checkbox") return input.checked;
  return input.value.trim() !== "";
}

// What a number of working days comes to, and which days off it skipped.
function preview() {
  for (const place of document.querySelectorAll("[data-preview]")) {
    const group = place.closest("[data-deadline]");
    let asked = 0;
    const ask = async () => {
      const number = ++asked;
      await new Promise((done) => setTimeout(done, 250));
      if (number !== asked) return;
      const query = new URLSearchParams();
      for (const input of group.querySelectorAll("input")) {
        if (input.type !== "radio" && isSaid(input)) query.set(input.name.split(".").at(-1), input.value);
      }
      const urgency = group.closest("form").elements.urgency?.value;
      if (urgency) query.set("urgency", urgency);
      if (!query.has("working_days") && !query.has("at")) return place.replaceChildren();
      const answer = await fetch(`/issue/deadline?${query}`, { headers: { Accept: "text/html" } });
      if (answer.ok && number === asked) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        place.replaceChildren(...fresh.body.childNodes);
      }
    };
    group.addEventListener("input", ask);
    group.closest("form").elements.urgency?.addEventListener?.("change", ask);
    ask();
  }
}
