// One hop: its facts, what was sent, what came back.
const $ = (id) => document.getElementById(id);

function pretty(text) {
  if (!text) return "(nothing)";
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function showDetail(hop) {
  $("detail-box").hidden = false;
  $("detail-title").textContent = `${hop.source} → ${hop.target}`;
  const facts = {
    operation: hop.operation, outcome: hop.outcome, kind: hop.kind === "event" ? "event, later" : "call, waits",
    try: hop.attempt, milliseconds: hop.duration_ms?.toFixed(2) ?? "still running", trace: hop.trace_id, ...hop.detail,
  };
  $("detail").replaceChildren(...Object.entries(facts).flatMap(([name, value]) => {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = name.replaceAll("_", " ");
    dd.textContent = typeof value === "object" ? JSON.stringify(value) : String(value);
    return [dt, dd];
  }));
  $("sent").textContent = pretty(hop.request);
  $("back").textContent = pretty(hop.answer);
}
