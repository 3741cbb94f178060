// Codes, clock, faults, environments, reset: small panels that ask the cloud every two seconds.
const $ = (id) => document.getElementById(id);

async function call(method, path, body) {
  const answer = await fetch(`/_cloud/${path}`, { method, body: body ? JSON.stringify(body) : undefined });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.message);
  return content;
}

function fill(list, lines, empty) {
  const items = lines.length ? lines : [empty];
  list.replaceChildren(...items.map((line) => {
    const item = document.createElement("li");
    if (typeof line === "string") item.textContent = line;
    else item.append(...line);
    return item;
  }));
}

function small(text) {
  const element = document.createElement("small");
  element.textContent = text;
  return element;
}

function code(entry) {
  const strong = document.createElement("span");
  strong.className = "code";
  strong.textContent = entry.code;
  return [strong, small(`for ${entry.destination}`)];
}

function bySize(environments) {
  const counts = new Map();
  for (const one of environments) counts.set(one.function, [...(counts.get(one.function) ?? []), one]);
  return [...counts].map(([name, all]) => [name.replace(/^.*?-.*?-/, ""), small(`${all.length} warm · ${all.reduce((sum, one) => sum + one.invocations, 0)} invocations`)]);
}

async function refresh() {
  if (document.hidden) return;
  try {
    const [codes, clock, faults, environments] = await Promise.all(
      ["codes", "clock", "faults", "environments"].map((name) => call("GET", name)));
    fill($("codes"), codes.codes.map(code), "None yet.");
    $("clock").textContent = `${clock.now.slice(0, 19).replace("T", " ")} UTC${clock.offset ? ` (moved by ${Math.round(clock.offset / 60)} min)` : ""}`;
    fill($("faults"), faults.faults.map((one) => `${one.kind} · ${Object.values(one.where).join(" ")} · ${one.times} to go`), "None asked for.");
    fill($("environments"), bySize(environments.environments), "None is warm. The first call of a function starts one.");
    await functions();
  } catch {
    // The cloud has stopped: the status line says so.
  }
}

async function functions() {
  if ($("fault-function").options.length) return;
  const { functions: names } = await call("GET", "functions");
  $("fault-function").replaceChildren(...names.map((name) => new Option(name.replace(/^.*?-.*?-/, ""), name)));
}

export function startControls(forget) {
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", async () => { await call("POST", "clock", { advance: Number(button.dataset.advance) }); refresh(); });
  }
  $("clear").addEventListener("click", async () => { await call("DELETE", "trace"); forget(); });
  $("reset").addEventListener("click", async () => { await call("POST", "reset", {}); forget(); refresh(); });
  $("fault").addEventListener("submit", async (event) => {
    event.preventDefault();
    const kind = $("fault-kind").value;
    const options = kind === "delay" ? { seconds: 2 } : kind === "kill" ? { when: "during" } : {};
    await call("POST", "faults", { kind, times: 1, where: { function: $("fault-function").value }, options });
    refresh();
  });
  refresh();
  setInterval(refresh, 2000);
}
