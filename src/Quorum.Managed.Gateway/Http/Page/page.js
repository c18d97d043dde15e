"use strict";
// Shows what /events says. A page that hears nothing says "unknown": an old "quorate" would be a wrong yes.

const heartbeatLimit = 12000;
const marks = { quorate: "✓", inquorate: "✕", unknown: "?" };
const words = { quorate: "Quorate", inquorate: "Not quorate", unknown: "Unknown" };
const reasons = {
  notStarted: "the gateway is starting",
  starting: "the gateway is starting",
  disconnected: "corosync cannot be reached",
  stale: "corosync does not answer",
  settling: "corosync says quorate after a gap, and that is not proven yet",
  stopped: "the gateway is stopping",
  noQuorumProvider: "corosync has no quorum provider",
  leaseExpired: "the lease has ended and is not renewed",
  leaseUnavailable: "no lease can be had from this corosync",
  awaitingDevice: "the quorum device is being waited for"
};

let last = null;
let lastHeard = Date.now();
// The viewer's clock can be set. This one cannot, but stands still while some machines sleep.
let lastHeardSteady = performance.now();
let lostSince = null;

const element = id => document.getElementById(id);
const clock = text => new Date(text).toLocaleTimeString();
// The rest of an error is advice, which /status has.
const firstSentence = text => text.replace(/\. .*$/s, ".");
const date = text => new Date(text).toLocaleString();

function set(id, text) {
  const target = element(id);
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

function make(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) {
    made.className = className;
  }
  return made;
}

function banner(state, detail) {
  element("banner").dataset.state = state;
  set("mark", marks[state]);
  set("state", words[state]);
  set("detail", detail);
  document.title = words[state] + " – quorum";
}

function detail(status) {
  if (status.state === "unknown") {
    const reason = reasons[status.reason] || status.reason;
    return "Unknown since " + clock(status.since) + ": " + reason + (status.error ? ". " + firstSentence(status.error) : ".");
  }
  return "Since " + date(status.since) + (status.changing ? ", and the membership is changing." : ".");
}

function linkText(link, member) {
  if (!link.up) {
    return "link " + link.number + " down";
  }
  if (!link.tested) {
    return "link " + link.number + (member ? " in use" : " not tested");
  }
  return "link " + link.number + " up"
    + (link.latencyMicroseconds === null ? "" : ", " + (link.latencyMicroseconds / 1000).toFixed(2) + " ms");
}

function showNodes(status) {
  const rows = status.nodes.map(node => {
    const row = document.createElement("tr");
    const name = make("th", (node.name || "node " + node.id) + (node.local ? " (this node)" : ""));
    name.scope = "row";
    const kind = node.state === "member" ? "good" : node.state === "unknown" ? "unsure" : "bad";
    const links = make("td", "");
    for (const link of node.links) {
      links.append(make("span", linkText(link, node.state === "member"),
        "link " + (!link.up ? "bad" : link.tested ? "good" : "unsure")));
    }
    if (node.links.length === 0) {
      links.textContent = node.local ? "–" : "not known";
    }
    row.append(name, make("td", node.state, kind), make("td", node.votes === null ? "–" : String(node.votes)), links);
    return row;
  });
  if (rows.length === 0) {
    const row = document.createElement("tr");
    const cell = make("td", "Not known.");
    cell.colSpan = 4;
    row.append(cell);
    rows.push(row);
  }
  element("nodes").replaceChildren(...rows);
  const missing = status.parts.filter(part => part.error !== null);
  element("missing").hidden = missing.length === 0;
  element("missing").replaceChildren(...missing.map(part =>
    make("li", "Not known: " + part.name + ". " + firstSentence(part.error))));
}

function showChanges(status) {
  element("changes").replaceChildren(...status.changes.map(change => {
    const item = document.createElement("li");
    const when = make("time", date(change.time));
    when.dateTime = change.time;
    const what = words[change.state] + (change.reason ? " (" + (reasons[change.reason] || change.reason) + ")" : "")
      + (change.ringId ? ", ring " + change.ringId + ", members " + change.members.join(" ") : "");
    item.append(when, make("span", what,
      change.state === "quorate" ? "good" : change.state === "inquorate" ? "bad" : "unsure"));
    return item;
  }));
}

function showState(state) {
  lostSince = null;
  document.body.classList.remove("stale");
  banner(state.state, detail(state));
  set("members", state.members.length === 0 ? "–" : state.members.join(" "));
  set("ring", state.ringId || "–");
  set("age", state.ageSeconds === null ? "–" : state.ageSeconds.toFixed(1) + " s ago");
}

function showStatus(status) {
  last = status;
  showState(status);
  set("cluster", (status.clusterName === null ? "Cluster's name not known" : "Cluster " + status.clusterName)
    + (status.transport ? ", " + status.transport : "")
    + (status.localNode === null ? "" : ", seen by node " + status.localNode));
  set("votes", status.votes === null
    ? "–" : status.votes.total + " of " + status.votes.expected + ", quorum " + status.votes.quorum);
  showNodes(status);
  showChanges(status);
}

function hear() {
  lastHeard = Date.now();
  lastHeardSteady = performance.now();
}

// The gateway is silent: what it said before may be over.
function lose() {
  if (lostSince === null) {
    lostSince = new Date(lastHeard);
    document.body.classList.add("stale");
    banner("unknown", "Unknown since " + lostSince.toLocaleTimeString() + ": this page has no contact with the gateway"
      + (last === null ? "." : ". It last said: " + words[last.state].toLowerCase() + "."));
  }
}

function connect() {
  const events = new EventSource("/events");
  events.addEventListener("status", message => {
    hear();
    showStatus(JSON.parse(message.data));
  });
  events.addEventListener("heartbeat", message => {
    hear();
    const state = JSON.parse(message.data);
    last = Object.assign({}, last, state);
    showState(state);
  });
  events.onerror = () => {
    lose();
    // A browser gives up for good after some failures.
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(connect, 2000);
    }
  };
}

connect();
setInterval(() => {
  if (Date.now() - lastHeard > heartbeatLimit || performance.now() - lastHeardSteady > heartbeatLimit) {
    lose();
  }
}, 1000);
