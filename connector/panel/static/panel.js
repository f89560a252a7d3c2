// Contacts that arrive open by themselves; times are shown in the reader's zone. The pages work without.
"use strict";

const card = document.getElementById("card");
const pop = document.getElementById("pop");
const live = document.getElementById("live");
const search = document.getElementById("q");
const {events, profiles} = document.body.dataset;

// ?agent=NAME in the address: only contacts for this agent open here.
const agent = new URLSearchParams(location.search).get("agent");

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
  const exact = new Intl.DateTimeFormat(undefined, {dateStyle: "full", timeStyle: "long"});
  for (const time of inside.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (isNaN(moment)) continue;
    time.title = exact.format(moment);
    time.textContent = "ago" in time.dataset ? ago(moment) : day.format(moment);
  }
}

// The newest request wins: an answer that comes late does not overwrite a later one.
let asked = 0;

async function show(address, {remember}) {
  const turn = ++asked;
  const answer = await fetch(address, {headers: {"X-Panel": "card"}, credentials: "same-origin"});
  if (answer.status === 401) return location.reload();
  const told = await answer.text();
  if (turn !== asked) return;
  card.innerHTML = told;
  tellTimes(card);
  if (remember) history.pushState({}, "", address);
  const title = card.querySelector("h1");
  if (title) document.title = `${title.textContent} · Visavis`;
}

function addressOf(contact) {
  if (contact.outcome === "one") return `${profiles}/profiles/${encodeURIComponent(contact.profile_id)}`;
  if (contact.outcome === "several") return `${profiles}/candidates?ids=${contact.candidates.map(encodeURIComponent).join(",")}`;
  return `${profiles}/unknown`;
}

async function arrived(contact) {
  if (agent && contact.agent && contact.agent !== agent) return;
  const keep = agent ? `agent=${encodeURIComponent(agent)}` : "";
  let address = addressOf(contact);
  if (keep) address += (address.includes("?") ? "&" : "?") + keep;
  pop.hidden = false;
  pop.textContent = `Contact by ${contact.channel}` + (contact.reference ? `, ${contact.reference}` : "");
  // Somebody who is typing is not interrupted: the card is one key away.
  if (search && document.activeElement === search && search.value !== search.defaultValue) {
    const open = document.createElement("a");
    open.href = address;
    open.textContent = "Open";
    pop.append(" ", open);
    return;
  }
  await show(address, {remember: true});
}

function follow() {
  const stream = new EventSource(events);
  stream.addEventListener("open", () => { live.textContent = "live"; live.classList.add("on"); });
  stream.addEventListener("error", () => {
    live.textContent = "not live";
    live.classList.remove("on");
    // A browser gives up for good after an answer that is no stream; we ask again.
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 3000);
  });
  stream.addEventListener("contact.arrived", (event) => arrived(JSON.parse(event.data)));
  stream.addEventListener("profile.changed", (event) => {
    const shown = card.querySelector("article[data-profile]");
    const changed = JSON.parse(event.data);
    if (shown && shown.dataset.profile === changed.profile_id) show(location.href, {remember: false});
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !search) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  search.focus();
  search.select();
});

addEventListener("popstate", () => show(location.href, {remember: false}));
setInterval(() => tellTimes(document), 30000);
tellTimes(document);
if (events) follow();
