// The console: hops as they happen, grouped by trace; click one to see what went and what came back.
import { showDetail } from "./detail.js";
import { startControls } from "./controls.js";

const $ = (id) => document.getElementById(id);
const KEPT = 3000;
const hops = new Map(); // number -> hop, in the order they began
const traces = new Map(); // trace id -> { first, count, failed }
let chosen = null; // a trace id, or null for the newest
let paused = false;
let drawing = false;
let prefix = ""; // "udagram-dev-", which the functions' names begin with

const FAMILIES = {
  s3: "s3", dynamodb: "dynamodb", dynamodbstreams: "dynamodb", apigateway: "entrance", "execute-api": "entrance",
  "cognito-idp": "entrance", kinesis: "messaging", sqs: "messaging", sns: "messaging", websocket: "messaging",
  events: "messaging", opensearch: "search", es: "search", browser: "client", client: "client",
};

const services = new Map(); // a table's or a bucket's name -> the service that it was reached through

function family(name) {
  const word = (services.get(name) ?? name).toLowerCase().split(/[ /:]/)[0];
  return FAMILIES[word] ?? "lambda";
}

function take(hop) {
  hop.source = hop.source.replace(prefix, "");
  hop.target = hop.target.replace(prefix, "");
  if (hop.detail.resource) services.set(hop.detail.resource, hop.target);
  hops.set(hop.number, hop);
  const trace = traces.get(hop.trace_id) ?? { id: hop.trace_id, first: hop, count: new Set(), failed: false };
  trace.count.add(hop.number);
  trace.failed ||= hop.outcome === "error" || hop.outcome === "refused";
  traces.set(hop.trace_id, trace);
  if (hops.size > KEPT) hops.delete(hops.keys().next().value);
  draw();
}

function draw() {
  if (paused || drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const listed = wanted();
    const active = chosen ?? listed[0]?.id;
    drawTraces(listed, active);
    drawHops(active);
  });
}

function matches(hop, words) {
  const text = `${hop.source} ${hop.target} ${hop.operation} ${hop.outcome} ${hop.trace_id}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

// The traces that the filter leaves, the newest first.
function wanted() {
  const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Set([...hops.values()].filter((hop) => matches(hop, words)).map((hop) => hop.trace_id));
  return [...traces.values()].filter((trace) => found.has(trace.id)).reverse().slice(0, 100);
}

function drawTraces(listed, active) {
  $("traces").replaceChildren(...listed.map((trace) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-current", String(trace.id === active));
    button.append(trace.first.operation);
    const small = document.createElement("small");
    small.textContent = `${trace.first.source} → ${trace.first.target} · ${trace.count.size} ${trace.count.size === 1 ? "hop" : "hops"}${trace.failed ? " · failed" : ""}`;
    if (trace.failed) small.className = "bad";
    button.append(small);
    button.addEventListener("click", () => { chosen = trace.id; draw(); });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

function cell(text, className = "") {
  const td = document.createElement("td");
  td.textContent = text;
  td.title = text;
  if (className) td.className = className;
  return td;
}

function drawHops(id) {
  const list = [...hops.values()].filter((hop) => hop.trace_id === id);
  const depths = nesting(list);
  $("hint").hidden = list.length > 0;
  const body = $("hops");
  const known = new Set([...body.children].map((row) => row.dataset.key));
  body.replaceChildren(...list.map((hop, index) => row(hop, index + 1, known, depths.get(hop.number))));
}

// How deep each call lies: a hop lies in the newest earlier call into its source that still ran.
function nesting(list) {
  const depths = new Map();
  list.forEach((hop, index) => {
    const caller = list.slice(0, index).reverse().find((earlier) => earlier.target === hop.source &&
      (earlier.duration_ms === null || earlier.started_ms + earlier.duration_ms >= hop.started_ms - 1));
    depths.set(hop.number, caller && hop.kind !== "event" ? depths.get(caller.number) + 1 : 0);
  });
  return depths;
}

function row(hop, number, known, depth) {
  const tr = document.createElement("tr");
  tr.dataset.key = `${hop.number}`;
  if (!known.has(tr.dataset.key)) tr.className = "new";
  const failed = hop.outcome === "error" || hop.outcome === "refused";
  const operation = cell("");
  const open = document.createElement("button");
  open.type = "button";
  open.textContent = hop.operation;
  operation.append(open);
  operation.title = hop.operation;
  const arrow = cell(hop.kind === "event" ? "⇢" : "→");
  arrow.title = hop.kind === "event" ? "an event, later" : "a call that waits";
  const from = cell(hop.source, `name ${family(hop.source)} deep${Math.min(depth, 4)}`);
  tr.append(
    cell(String(number), "number"), from, arrow,
    cell(hop.target, `name ${family(hop.target)}`), operation, cell(hop.attempt > 1 ? `try ${hop.attempt}` : ""),
    cell(hop.duration_ms === null ? "…" : hop.duration_ms.toFixed(1), "number"),
    cell(hop.outcome === "running" ? "…" : hop.outcome, failed ? "bad" : ""),
  );
  tr.addEventListener("click", () => showDetail(hop));
  return tr;
}

function connect() {
  const socket = new WebSocket(`ws://${location.host}/_console/live`);
  socket.onopen = () => { $("state").textContent = "live"; };
  socket.onmessage = (event) => take(JSON.parse(event.data));
  socket.onclose = () => {
    $("state").textContent = "The cloud has stopped. Start it again with make run; this page reconnects by itself.";
    setTimeout(connect, 1000);
  };
}

function forget() {
  hops.clear();
  traces.clear();
  chosen = null;
  draw();
}

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", String(paused));
  $("pause").textContent = paused ? "Go on" : "Pause";
  draw();
});
$("filter").addEventListener("input", draw);
prefix = `${(await (await fetch("/_cloud/info")).json()).stack}-`;
const past = await (await fetch("/_cloud/trace")).json();
past.hops.forEach(take);
connect();
startControls(forget);
