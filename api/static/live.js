// Keeps a page up to date: the server tells which directive has changed, the page asks for itself again and takes over
// the regions marked data-live. A page in the background listens to nothing, so many open tabs cost one connection.

const body = document.body;
const status = document.querySelector("[data-connection]");
const watched = body.dataset.watch;
const AGAIN = 4000;

let position = body.dataset.position;
let source = null;
let timer = 0;
let soonest = Infinity;
let asked = 0; // Of several answers under way only that to the last question counts.
let lost = false;
let over = false; // the session has ended: nothing is asked any more

function refreshSoon(delay = 0) {
  const at = performance.now() + delay;
  if (at >= soonest) return;
  soonest = at;
  clearTimeout(timer);
  timer = setTimeout(refresh, delay);
}

function refresh() {
  soonest = Infinity;
  if (over) return false;
  return showPage(location.href);
}

// The page at this address in the place of what is shown; whether it came, and was the last that was asked for.
export async function showPage(address) {
  const number = ++asked;
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: "text/html", "X-Refresh": "1" }, redirect: "manual" });
    if (number !== asked) return false;
    if (answer.type === "opaqueredirect") return signedOut();
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    if (number === asked) refreshSoon(AGAIN);
    return false;
  }
  const text = await answer.text();
  if (number !== asked) return false;
  takeOver(new DOMParser().parseFromString(text, "text/html"));
  return true;
}

function takeOver(fresh) {
  let left = false;
  for (const region of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${region.dataset.live}"]`);
    if (!other || says(region) === says(other)) continue;
    if (isBeingUsed(region)) left = true;
    else replace(region, other);
  }
  if (left) refreshSoon(AGAIN); // what somebody is typing into now is brought up to date afterwards
}

// What a region says, without the ids of its forms, which are new each time.
function says(region) {
  const copy = region.cloneNode(true);
  for (const one of copy.querySelectorAll("input[name=command_id]")) one.remove();
  for (const one of copy.querySelectorAll("details")) one.removeAttribute("open");
  for (const one of copy.querySelectorAll("input[type=range]")) one.removeAttribute("value"); // where it is held is the reader's
  for (const one of copy.querySelectorAll(".is-fresh")) one.classList.remove("is-fresh");
  return copy.innerHTML.replaceAll(' class=""', "");
}

function replace(region, other) {
  const seen = new Map([...region.querySelectorAll("[data-directive]")].map((row) => [row.dataset.directive, row.textContent]));
  const open = [...region.querySelectorAll("details")].map((one) => one.open);
  const focused = region.contains(document.activeElement) ? wayTo(document.activeElement) : null;
  region.replaceChildren(...other.cloneNode(true).childNodes);
  [...region.querySelectorAll("details")].forEach((one, n) => (one.open ||= Boolean(open[n])));
  if (seen.size) {
    for (const row of region.querySelectorAll("[data-directive]")) {
      if (seen.get(row.dataset.directive) !== row.textContent) row.classList.add("is-fresh");
    }
  }
  if (focused) region.querySelector(focused)?.focus();
  region.dispatchEvent(new CustomEvent("taken-over", { bubbles: true }));
}

// How the element that has the focus is found again in what takes its place.
function wayTo(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute("href");
  if (href) return `[href="${CSS.escape(href)}"]`;
  const action = element.closest("form")?.getAttribute("action");
  return action ? `form[action="${CSS.escape(action)}"] ${element.localName}` : element.localName;
}

function isBeingUsed(region) {
  const active = document.activeElement;
  const typing = region.contains(active) && active.matches("input:not([type=range]), select, textarea");
  const sent = region.querySelector("form[data-sent]");
  return typing || sent || [...region.querySelectorAll("textarea, input:not([type=hidden]):not([type=range])")].some(isTouched);
}

function isTouched(input) {
  return input.type === "checkbox" || input.type === "radio" ? input.checked !== input.defaultChecked : input.value !== input.defaultValue;
}

function heard(message) {
  position = message.lastEventId;
  const { directive, streams } = JSON.parse(message.data);
  const shown = watched === directive || document.querySelector(`[data-directive="${directive}"]`);
  if (watched !== "all" && !shown) return;
  // Everyone who shows this directive sees the change at once; others ask a little later, spread so that a crowd of open
  // pages does not ask in the same moment.
  refreshSoon(shown ? 40 : 80 + Math.random() * Math.min(4000, streams * 25));
}

function listen() {
  if (source || over || document.hidden) return;
  source = new EventSource(`/live?after=${position}`);
  source.onopen = () => {
    show("on");
    if (lost) refreshSoon();
    lost = false;
  };
  source.onmessage = heard;
  source.onerror = () => {
    lost = true;
    show("off");
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      refreshSoon(AGAIN); // tells whether the session has ended
      setTimeout(listen, AGAIN);
    }
  };
}

function rest() {
  source?.close();
  source = null;
}

function signedOut() {
  over = true;
  rest();
  show("out");
  return false;
}

function show(how) {
  if (!status) return;
  status.textContent = status.dataset[how];
  status.classList.toggle("is-off", how !== "on");
}

function follow() {
  if (document.hidden) rest();
  else listen();
}

export function live() {
  if (!position || !watched) return;
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => event.persisted && (refreshSoon(), listen()));
  listen();
}
