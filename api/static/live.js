// Keeps a page up to date: the server tells which directive has changed, the page asks for itself again and takes over
// the regions marked data-live. A page in the background listens to nothing, so many open tabs cost one connection.

const body = document.body;
const status = document.querySelector("[data-connection]");
const watched = body.dataset.watch;
let position = body.dataset.position;
let source = null;
let timer = 0;
let soonest = Infinity;

export function refreshSoon(delay = 0) {
  const at = performance.now() + delay;
  if (at >= soonest) return;
  soonest = at;
  clearTimeout(timer);
  timer = setTimeout(refresh, delay);
}

async function refresh() {
  soonest = Infinity;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Refresh": "1" }, redirect: "manual" });
  } catch {
    return; // the stream tells when the server is back
  }
  if (!answer.ok) return show(false);
  takeOver(await answer.text());
}

export function takeOver(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const region of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${region.dataset.live}"]`);
    if (!other || other.innerHTML === region.innerHTML || isBeingUsed(region)) continue;
    const seen = new Map([...region.querySelectorAll("[data-directive]")].map((row) => [row.dataset.directive, row.innerHTML]));
    const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    region.replaceChildren(...other.cloneNode(true).childNodes);
    for (const row of region.querySelectorAll("[data-directive]")) {
      if (seen.get(row.dataset.directive) !== row.innerHTML) row.classList.add("is-fresh");
    }
    if (focused) region.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    region.dispatchEvent(new CustomEvent("taken-over", { bubbles: true }));
  }
}

function isBeingUsed(region) {
  const active = document.activeElement;
  const typing = region.contains(active) && active.matches("input, select, textarea");
  return typing || [...region.querySelectorAll("textarea, input:not([type=hidden]):not([type=range])")].some(isTouched);
}

function isTouched(input) {
  return input.type === "checkbox" || input.type === "radio" ? input.checked !== input.defaultChecked : input.value !== input.defaultValue;
}

function heard(message) {
  position = message.lastEventId;
  const { directive, streams } = JSON.parse(message.data);
  if (watched && watched !== "all" && watched !== directive) return;
  // Everyone who shows this directive sees the change at once; others ask a little later, spread so that a crowd of open
  // pages does not ask in the same moment.
  const shown = watched === directive || document.querySelector(`[data-directive="${directive}"]`);
  refreshSoon(shown ? 40 : 80 + Math.random() * Math.min(4000, streams * 25));
}

function listen() {
  if (source || document.hidden) return;
  source = new EventSource(`/live?after=${position}`);
  source.onopen = () => show(true);
  source.onmessage = heard;
  source.onerror = () => {
    show(false);
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(listen, 5000);
    }
  };
}

function rest() {
  source?.close();
  source = null;
}

function show(on) {
  if (!status) return;
  status.textContent = on ? status.dataset.on : status.dataset.off;
  status.classList.toggle("is-off", !on);
}

export function live() {
  if (!position || !watched) return;
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => event.persisted && (refreshSoon(), listen()));
  listen();
}
