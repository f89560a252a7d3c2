// Contacts that arrive open by themselves; times are shown in the reader's zone. The pages work without.
"use strict";

const card = document.getElementById("card");
const pop = document.getElementById("pop");
const live = document.getElementById("live");
const search = document.getElementById("q");

// agent: of ?agent=NAME; then only contacts for this agent open here.
const {events, freshness, agent} = document.body.dataset;
const home = "/panel";

function ago(moment) {
  const seconds = (Date.now() - new Date(moment)) / 1000;
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, {numeric: "auto"});
  for (const [size, unit] of [[31536000, "year"], [2592000, "month"], [86400, "day"], [3600, "hour"], [60, "minute"]]) {
    if (Math.abs(seconds) >= size) return words.format(-Math.round(seconds / size), unit);
  }
  return seconds < 5 ? "just now" : words.format(-Math.round(seconds), "second");
}

function tellTimes(inside) {
  const day = new Intl.DateTimeFormat(undefined, {dateStyle: "medium"});
  const minute = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "short"});
  const exact = new Intl.DateTimeFormat(undefined, {dateStyle: "full", timeStyle: "long"});
  for (const time of inside.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (isNaN(moment)) continue;
    time.title = exact.format(moment);
    const words = "ago" in time.dataset ? ago(moment) : ("minute" in time.dataset ? minute : day).format(moment);
    // Written only when it differs: a screen reader speaks what is written.
    if (time.textContent !== words) time.textContent = words;
  }
}

function fetched(address) {
  return fetch(address, {headers: {"X-Panel": "card"}, credentials: "same-origin", cache: "no-store"});
}

// Put in what was fetched; what the reader had opened, and where the reader was, stays.
function fill(told) {
  const known = [...card.querySelectorAll("details[id]")].map((each) => [each.id, each.open]);
  const focused = card.contains(document.activeElement) && document.activeElement !== card && document.activeElement;
  const same = card.querySelector("article")?.dataset.profile;
  card.innerHTML = told;
  if (same && same === card.querySelector("article")?.dataset.profile) {
    for (const [id, open] of known) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
    if (focused) (find(focused) || card).focus({preventScroll: true});
  }
  tellTimes(card);
  const title = card.querySelector("h1");
  if (title) document.title = `${title.textContent.trim()} · Visavis`;
}

function find(element) {
  const alike = [...card.querySelectorAll(element.tagName)];
  return alike.find((each) => each.href === element.href && each.textContent === element.textContent);
}

// The newest request wins: an answer that comes late does not overwrite a later one.
let asked = 0;

// What is on the page, wherever on it the reader went.
const place = () => location.pathname + location.search;
let shown = place();

async function show(address, {remember}) {
  const turn = ++asked;
  const answer = await fetched(address);
  if (answer.status === 401) return location.reload();
  const told = await answer.text();
  if (turn !== asked) return;
  fill(told);
  // Not always what was asked for: somebody may be known under another id by now.
  if (remember) history.pushState({}, "", answer.url);
  else if (answer.url !== location.href) history.replaceState({}, "", answer.url);
  shown = place();
}

function addressOf(contact) {
  const query = new URLSearchParams(agent ? {agent} : {});
  if (contact.outcome === "several") query.set("ids", contact.candidates.join(","));
  const path = contact.outcome === "one" ? `profiles/${encodeURIComponent(contact.profile_id)}`
    : contact.outcome === "several" ? "candidates" : "unknown";
  return `${home}/${path}${query.size ? `?${query}` : ""}`;
}

function announce(contact, address) {
  pop.hidden = false;
  pop.textContent = `Contact by ${contact.channel}` + (contact.reference ? `, ${contact.reference}` : "");
  // Withheld, unknown or shared by several: then this is all that there is of them.
  if (contact.outcome !== "one" && contact.identifier) pop.textContent += `: ${contact.identifier.value}`;
  if (!address) return;
  const open = document.createElement("a");
  open.href = address;
  open.textContent = "Open";
  pop.append(" ", open);
}

async function arrived(contact) {
  if (agent && contact.agent && contact.agent !== agent) return;
  const address = addressOf(contact);
  // Somebody who is typing is not interrupted: the card is one key away.
  if (document.activeElement === search && search.value !== search.defaultValue) return announce(contact, address);
  announce(contact);
  // The search box says who was searched for, and that is somebody else now.
  search.value = search.defaultValue = "";
  try {
    await show(address, {remember: true});
    scrollTo(0, 0);
  } catch {
    announce(contact, address);
  }
}

// A source that was read, or failed, changes what the page may claim about it.
async function tellFreshness() {
  if (document.hidden) return;
  const answer = await fetched(freshness).catch(() => null);
  if (!answer?.ok) return;
  const told = document.createElement("template");
  told.innerHTML = await answer.text();
  tellTimes(told.content);
  for (const part of told.content.querySelectorAll("[id]")) {
    const shown = document.getElementById(part.id);
    if (shown.textContent !== part.textContent) shown.replaceChildren(...part.childNodes);
  }
}

let soon = 0;

// Not at once: the server knows for a second what it was asked last.
function tellFreshnessSoon() {
  clearTimeout(soon);
  soon = setTimeout(tellFreshness, 1200);
}

function isLive(yes) {
  live.textContent = yes ? "live" : "not live";
  live.classList.toggle("on", yes);
}

// Several people at once may have changed; the page that is open is read again once.
let changes = 0;

function changed({profile_id: id}) {
  if (card.querySelector("article[data-profile]")?.dataset.profile !== id) return;
  clearTimeout(changes);
  changes = setTimeout(() => show(location.href, {remember: false}).catch(() => {}), 50);
}

function follow() {
  const stream = new EventSource(events);
  stream.addEventListener("open", () => isLive(true));
  stream.addEventListener("error", () => {
    isLive(false);
    // A browser gives up for good after an answer that is no stream; we ask again.
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 3000);
  });
  stream.addEventListener("contact.arrived", (event) => arrived(JSON.parse(event.data)));
  stream.addEventListener("profile.changed", (event) => changed(JSON.parse(event.data)));
  stream.addEventListener("source.changed", tellFreshnessSoon);
  stream.addEventListener("events.lost", () => show(location.href, {remember: false}).catch(() => {}));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !search) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  search.focus();
  search.select();
});

addEventListener("popstate", () => {
  if (place() === shown) return;
  if (pop) pop.hidden = true;
  show(location.href, {remember: false}).catch(() => location.reload());
});
setInterval(() => tellTimes(document), 30000);
tellTimes(document);
if (events) {
  follow();
  setInterval(tellFreshness, 60000);
  document.addEventListener("visibilitychange", tellFreshness);
}
