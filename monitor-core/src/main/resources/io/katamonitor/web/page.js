
"use strict";
// Keeps the page's table up to date from the JSON of `sandboxes`, and lets users search, sort and
// filter it. Without this script the page is what the server rendered; both make the same elements.
(() => {
  const REFRESH = 5000; // ms
  const FIRST_RATE = 1500; // ms: a rate needs two readings
  const WINDOW = 900; // s that a sparkline shows
  const GAP = 150; // s: a longer one breaks its line
  const OLD = 600; // s: a scrape before that is shown as old
  const TROUBLE = ["failing", "stuck", "backoff"];
  const STATES = [...TROUBLE, "starting", "running", "not_scraped"];
  const LABELS = { not_scraped: "not scraped" };
  const SVG = "http://www.w3.org/2000/svg";
  const debug = "debug" in document.body.dataset;
  const $ = id => document.getElementById(id);

  let doc; // the last JSON
  let arrived = 0; // when it came, as of performance.now()
  let trouble = ""; // why there is none newer
  let notice = "";
  let timer;
  const rows = new Map(); // by id

  // ---- text ----

  /** Makes invisible characters and bidirectional overrides visible, as the server does. */
  const visible = text => text.slice(0, 1024)
    .replace(/[\0-\x1f]/g, c => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "\ufffd");

  const digits = (value, most) =>
    String(+value.toFixed(Math.min(most, value < 10 ? 2 : value < 100 ? 1 : 0)));

  function bytes(value) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let unit = 0;
    for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1024;
    return `${digits(value, unit ? 2 : 0)} ${units[unit]}`;
  }

  /** Keeps zeros at the end, so that a column lines up. */
  const cores = value => value < 0.0005 ? "0" : value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
  const duration = s => s < 1 ? `${Math.round(s * 1000)} ms` : `${digits(s, 2)} s`;

  function age(s) {
    s = Math.max(0, s);
    if (s < 90) return `${Math.floor(s)} s`;
    if (s < 5400) return `${Math.floor(s / 60)} min`;
    return s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
  }

  /** Seconds from an RFC 3339 time to the document's, by the node's clock alone. */
  const since = time => (Date.parse(doc.time) - Date.parse(time)) / 1000;

  // ---- elements ----

  function h(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function svg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  const set = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const isolated = text => h("bdi", null, visible(text));

  // ---- history: per sandbox two lists of [seconds, value] ----

  const seconds = time => Date.parse(time) / 1000;

  function loadHistory() {
    const times = doc.node.historyTimes.map(seconds);
    for (const sandbox of doc.sandboxes) {
      const list = pairs => pairs.map(([i, value]) => [times[i], value]);
      const row = rowOf(sandbox);
      row.cpu.values = list(sandbox.history.cpuCores);
      row.memory.values = list(sandbox.history.memoryWorkingSetBytes);
    }
  }

  /** Keeps one point per 10 s, like the server. */
  function addPoint(values, time, value) {
    if (value === undefined) return;
    const last = values.at(-1);
    if (last && Math.floor(last[0] / 10) === Math.floor(time / 10)) values.pop();
    values.push([time, value]);
    while (values[0][0] < time - WINDOW) values.shift();
  }

  function sparkline(words) {
    const area = svg("path", { class: "area" });
    const line = svg("path", {});
    const element = svg("svg",
      { class: "spark", viewBox: "0 0 84 22", preserveAspectRatio: "none", role: "img" }, area, line);
    return { element, area, line, words, values: [] };
  }

  function draw(spark, format, end) {
    const { values } = spark;
    let top = 0;
    for (const [, value] of values) top = Math.max(top, value);
    let line = "", area = "", start = null, last = null;
    const close = () => { if (start !== null) area += `L${last[2]} 22L${start} 22Z`; };
    for (const [time, value] of values) {
      const x = (84 - (end - time) / WINDOW * 84).toFixed(1);
      const y = (21 - (top ? value / top : 0) * 19).toFixed(1);
      if (last && time - last[0] <= GAP) {
        line += `L${x} ${y}`;
        area += `L${x} ${y}`;
      } else {
        close();
        start = x;
        line += `M${x} ${y}h.01`; // a point alone is seen too
        area += `M${x} 22L${x} ${y}`;
      }
      last = [time, value, x];
    }
    close();
    spark.line.setAttribute("d", line);
    spark.area.setAttribute("d", area);
    spark.element.setAttribute("aria-label", values.length
      ? `${spark.words} in the last 15 minutes: at most ${format(top)}`
      : `${spark.words}: no history yet`);
  }

  // ---- rows ----

  function rowOf(sandbox) {
    let row = rows.get(sandbox.id);
    if (!row) rows.set(sandbox.id, row = newRow(sandbox.id));
    return row;
  }

  function newRow(id) {
    const cells = {};
    for (const name of ["state", "runtime", "age", "cpu", "memory", "overhead", "scrape", "duration", "samples"]) {
      cells[name] = h("td");
    }
    const row = { id, cells, cpu: sparkline("CPU"), memory: sparkline("Memory") };
    row.state = h("span", { className: "state" });
    cells.state.append(row.state);
    row.name = h("th", { scope: "row" });
    cells.cpu.className = "cpu";
    row.cores = h("span");
    cells.cpu.append(h("div", { className: "use" }, row.cores, row.cpu.element));
    row.bytes = h("span");
    row.used = svg("rect", { class: "used", height: 4, rx: 2 });
    row.of = h("span");
    row.limit = h("div", { className: "limit" }, row.of,
      svg("svg", { viewBox: "0 0 84 4", "aria-hidden": true }, svg("rect", { class: "all", width: 84, height: 4, rx: 2 }), row.used));
    cells.memory.append(h("div", { className: "use" }, row.bytes, row.memory.element), row.limit);
    row.links = h("td", { className: "links" });
    row.line = h("tr", null, cells.state, row.name, cells.runtime, cells.age, cells.cpu, cells.memory,
      cells.overhead, cells.scrape, cells.duration, cells.samples, row.links);
    row.body = h("tbody", null, row.line);
    return row;
  }

  function copyButton(id) {
    const button = h("button", { className: "copy", type: "button", title: "Copy the id", "aria-label": `Copy the id ${id}` }, "copy");
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(id);
      } catch { // Not a secure context: the old way.
        const field = h("textarea", { value: id, className: "hidden" });
        button.after(field);
        field.select();
        document.execCommand("copy");
        field.remove();
        button.focus();
      }
      button.classList.add("done");
      set(button, "copied");
      setTimeout(() => { button.classList.remove("done"); set(button, "copy"); }, 1500);
    };
    return button;
  }

  function fillName(row, { id, pod }) {
    const key = JSON.stringify(pod ?? null);
    if (row.podKey === key) return;
    row.podKey = key;
    const small = h("small");
    if (pod) small.append(isolated(pod.namespace), " ");
    small.append(h("code", { title: id }, id.slice(0, 12)), " ", copyButton(id));
    row.name.replaceChildren(pod ? isolated(pod.name) : h("i", null, "pod unknown"), small);
  }

  function fillLinks(row, { id, state }) {
    const names = [["metrics", `metrics?labels=true&sandbox=${id}`]];
    if (state !== "not_scraped") names.push(["raw", `metrics?sandbox=${id}`]);
    if (debug) names.push(["profile", `debug/pprof/?sandbox=${id}`]);
    names.push(["agent", `agent-url?sandbox=${id}`]);
    if (row.links.childElementCount !== names.length) {
      row.links.replaceChildren(...names.map(([name, href]) => h("a", { href }, name)));
    }
  }

  function fillTime(element, time, text) {
    let shown = element.querySelector("time");
    if (!shown) element.replaceChildren(shown = h("time"));
    if (shown.dateTime !== time) {
      shown.dateTime = time;
      shown.title = new Date(time).toLocaleString();
    }
    set(shown, text);
  }

  function fillWhy(row, sandbox) {
    if (!sandbox.message) {
      row.why?.remove();
      row.why = undefined;
      return;
    }
    if (!row.why) {
      row.message = h("bdi");
      row.since = h("small");
      row.why = h("tr", { className: "why" }, h("td", { colSpan: 11 }, row.message, " ", row.since));
      row.body.append(row.why);
    }
    set(row.message, visible(sandbox.message));
    fillTime(row.since, sandbox.since, `since ${new Date(sandbox.since).toLocaleTimeString()} (${age(since(sandbox.since))})`);
  }

  const memoryOf = s => s.host?.memoryWorkingSetBytes ?? s.guest?.memoryWorkingSetBytes;
  const limitOf = s => s.host?.layout === "pod" ? s.host.memoryLimitBytes : undefined;

  function fill(row, sandbox) {
    const { cells } = row;
    row.sandbox = sandbox;
    if (row.body.className !== sandbox.state) row.body.className = sandbox.state;
    set(row.state, LABELS[sandbox.state] ?? sandbox.state);
    fillName(row, sandbox);
    const runtime = sandbox.runtime + (sandbox.hypervisor ?? "");
    if (row.runtime !== runtime) {
      row.runtime = runtime;
      cells.runtime.replaceChildren(sandbox.runtime);
      if (sandbox.hypervisor) cells.runtime.append(h("small", null, isolated(sandbox.hypervisor)));
    }
    if (sandbox.created) fillTime(cells.age, sandbox.created, age(since(sandbox.created)));
    set(row.cores, sandbox.cpuCores === undefined ? "–" : cores(sandbox.cpuCores));
    const memory = memoryOf(sandbox);
    set(row.bytes, memory === undefined ? "–" : bytes(memory));
    const limit = limitOf(sandbox);
    row.limit.hidden = limit === undefined;
    if (limit !== undefined) {
      const part = Math.min(1, (memory ?? 0) / limit);
      set(row.of, `of ${bytes(limit)}`);
      row.used.setAttribute("width", (part * 84).toFixed(1));
      row.limit.classList.toggle("near", part > 0.9);
    }
    set(cells.overhead, sandbox.memoryOverheadBytes === undefined ? "" : bytes(sandbox.memoryOverheadBytes));
    const last = sandbox.lastScrape;
    if (last) fillTime(cells.scrape, last.time, `${age(since(last.time))} ago`);
    else set(cells.scrape, "none yet");
    cells.scrape.classList.toggle("old", !!last && since(last.time) > OLD);
    set(cells.duration, last ? duration(last.durationSeconds) : "");
    set(cells.samples, String(last?.samples ?? ""));
    fillLinks(row, sandbox);
    fillWhy(row, sandbox);
  }

  // ---- search, order and filters, kept in the URL ----

  const url = new URLSearchParams(location.search);
  const choice = {
    q: url.get("q") ?? "",
    state: (url.get("state") ?? "").split(",").filter(state => STATES.includes(state)),
    namespace: url.get("namespace") ?? "",
    sort: url.get("sort") ?? "",
  };

  function choose(change) {
    Object.assign(choice, change);
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(choice)) if (value.length) query.set(name, value);
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
    arrange();
  }

  const podOf = (s, name) => s.pod?.[name] ?? "";
  const SORTS = { // by the columns of the table
    State: { state: s => STATES.indexOf(s.state) },
    Pod: { pod: s => podOf(s, "name"), namespace: s => podOf(s, "namespace"), id: s => s.id },
    Runtime: { runtime: s => `${s.runtime} ${s.hypervisor ?? ""}` },
    Age: { age: s => s.created && since(s.created) },
    CPU: { cpu: s => s.cpuCores },
    Memory: { memory: memoryOf },
    Overhead: { overhead: s => s.memoryOverheadBytes },
    "Last scrape": { scrape: s => s.lastScrape && since(s.lastScrape.time) },
    Duration: { duration: s => s.lastScrape?.durationSeconds },
    Samples: { samples: s => s.lastScrape?.samples },
  };
  const NUMBERS = ["cpu", "memory", "overhead", "duration", "samples"]; // the largest first
  const KEYS = Object.assign(Object.create(null), ...Object.values(SORTS)); // no "valueOf", which a URL may name

  const compare = (a, b) => typeof a === "string" ? a.localeCompare(b) : a - b;

  function byChoice(a, b) {
    const down = choice.sort.startsWith("-");
    const key = KEYS[choice.sort.replace("-", "")];
    if (key) {
      const x = key(a), y = key(b);
      if (x === undefined || y === undefined) { // What is not known comes last, both ways.
        if (x !== y) return x === undefined ? 1 : -1;
      } else if (compare(x, y)) {
        return down ? compare(y, x) : compare(x, y);
      }
    }
    return STATES.indexOf(a.state) - STATES.indexOf(b.state)
      || compare(podOf(a, "namespace"), podOf(b, "namespace"))
      || compare(podOf(a, "name"), podOf(b, "name"))
      || compare(a.id, b.id);
  }

  function isWanted(s) {
    if (choice.state.length && !choice.state.includes(s.state)) return false;
    if (choice.namespace && podOf(s, "namespace") !== choice.namespace) return false;
    const text = `${s.id} ${podOf(s, "namespace")}/${podOf(s, "name")} ${s.runtime} ${s.hypervisor ?? ""} ${s.message ?? ""}`.toLowerCase();
    return choice.q.toLowerCase().split(/\s+/).every(word => text.includes(word));
  }

  const none = h("tbody", { className: "none" }, h("tr", null, h("td", { colSpan: 11 })));

  /** Sorts the visible rows; moves only those in the wrong place. */
  function arrange() {
    if (!doc) return;
    const wanted = doc.sandboxes.filter(isWanted).sort(byChoice);
    const bodies = wanted.map(sandbox => rows.get(sandbox.id).body);
    const end = seconds(doc.time);
    for (const sandbox of wanted) {
      const row = rows.get(sandbox.id);
      draw(row.cpu, value => `${cores(value)} cores`, end);
      draw(row.memory, bytes, end);
    }
    if (!bodies.length) {
      set(none.firstChild.firstChild, doc.sandboxes.length ? "No sandbox matches." : "No Kata sandbox runs on this node.");
      bodies.push(none);
    }
    const focused = document.activeElement;
    const kept = new Set(bodies);
    for (const body of [...table.tBodies]) if (!kept.has(body)) body.remove();
    bodies.forEach((body, i) => { if (table.tBodies[i] !== body) table.insertBefore(body, table.tBodies[i] ?? null); });
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    showChoice(wanted.length);
  }

  // ---- around the table ----

  const table = $("table");
  const search = h("input", { type: "search", placeholder: "Search pod, namespace, id, error  ( / )", "aria-label": "Search", value: choice.q });
  const namespaces = h("select", { "aria-label": "Namespace" });
  const chips = h("fieldset", null, h("legend", { className: "hidden" }, "Filter by state"));
  const shown = h("span", { id: "shown", role: "status" });

  function buildTools() {
    document.documentElement.classList.add("js");
    const form = h("form", { role: "search" }, search, namespaces, chips, shown);
    form.onsubmit = event => event.preventDefault();
    search.oninput = () => choose({ q: search.value });
    namespaces.onchange = () => choose({ namespace: namespaces.value });
    $("tools").append(form);
    for (const state of STATES) {
      const chip = h("button", { type: "button", value: state });
      chip.onclick = () => choose({
        state: choice.state.includes(state) ? choice.state.filter(other => other !== state) : [...choice.state, state],
      });
      chips.append(chip);
    }
    for (const th of table.tHead.rows[0].cells) {
      const keys = SORTS[th.textContent];
      if (keys) th.replaceChildren(...Object.keys(keys).map(key => sortButton(key, th.textContent)));
    }
    document.addEventListener("keydown", event => {
      if (event.key === "/" && !event.target.matches("input, select, textarea")) {
        event.preventDefault();
        search.focus();
      } else if (event.key === "Escape" && event.target === search) {
        search.value = "";
        choose({ q: "" });
      }
    });
  }

  function sortButton(key, column) {
    const label = column.toLowerCase() === key || column === "Last scrape" ? column : key[0].toUpperCase() + key.slice(1);
    const button = h("button", { type: "button", value: key }, label);
    const first = NUMBERS.includes(key) ? `-${key}` : key;
    const second = NUMBERS.includes(key) ? key : `-${key}`;
    button.onclick = () => choose({ sort: choice.sort === first ? second : choice.sort === second ? "" : first });
    return button;
  }

  function showChoice(count) {
    const total = doc.sandboxes.length;
    set(shown, count === total ? "" : `${count} of ${total} shown`);
    for (const chip of chips.querySelectorAll("button")) {
      const state = chip.value;
      set(chip, `${LABELS[state] ?? state} ${doc.node.sandboxes[state]}`);
      chip.setAttribute("aria-pressed", choice.state.includes(state));
      chip.hidden = !doc.node.sandboxes[state] && !choice.state.includes(state);
    }
    const names = [...new Set(doc.sandboxes.map(s => podOf(s, "namespace")).filter(name => name))].sort();
    if (choice.namespace && !names.includes(choice.namespace)) names.push(choice.namespace);
    if (namespaces.dataset.names !== JSON.stringify(names)) {
      namespaces.dataset.names = JSON.stringify(names);
      namespaces.replaceChildren(h("option", { value: "" }, "All namespaces"),
        ...names.map(name => h("option", { value: name }, visible(name))));
    }
    namespaces.value = choice.namespace;
    for (const button of table.tHead.querySelectorAll("button")) {
      const by = choice.sort.replace("-", "") === button.value;
      button.classList.toggle("by", by);
      button.classList.toggle("down", by && choice.sort.startsWith("-"));
    }
    for (const th of table.tHead.rows[0].cells) {
      const by = th.querySelector(".by");
      if (by) th.setAttribute("aria-sort", by.classList.contains("down") ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
  }

  function showTiles() {
    const { node } = doc;
    const failing = TROUBLE.reduce((sum, state) => sum + node.sandboxes[state], 0);
    const tiles = [
      [node.sandboxes.total], [failing, "", failing ? "bad" : ""], [node.sandboxes.starting],
      node.cpuCores === undefined ? ["–"] : [cores(node.cpuCores), "cores"],
      [node.memoryWorkingSetBytes === undefined ? "–" : bytes(node.memoryWorkingSetBytes)],
      node.runtime.reachable ? ["reachable"] : ["lost", "", "bad"],
      node.lastScrape === undefined ? ["none yet"]
        : [`${age(since(node.lastScrape))} ago`, "", since(node.lastScrape) > OLD ? "old" : ""],
    ];
    tiles.forEach(([value, unit, tone], i) => {
      const tile = $("tiles").children[i];
      tile.className = tone ?? "";
      const dd = tile.lastElementChild;
      const text = unit ? `${value} ${unit}` : String(value);
      if (dd.textContent !== text) dd.replaceChildren(String(value), ...unit ? [" ", h("small", null, unit)] : []);
    });
    set($("version"), visible(node.version));
    document.title = failing ? `(${failing}) kata-monitor` : "kata-monitor";
  }

  function showBanner() {
    const problems = [];
    if (trouble) problems.push(trouble);
    if (doc && !doc.node.runtime.reachable) {
      problems.push(`The container runtime does not respond at ${doc.node.runtime.endpoint}: pods of new sandboxes are unknown.`);
    }
    for (const root of doc?.node.storageRoots ?? []) {
      if (root.state === "unreadable") problems.push(`The storage root ${root.path} cannot be read: ${root.reason}.`);
      if (root.state === "deleted") problems.push(`The storage root ${root.path} is lost: ${root.reason}.`);
    }
    const key = JSON.stringify([problems, notice]);
    if ($("banner").dataset.key === key) return; // A screen reader reads it once.
    $("banner").dataset.key = key;
    $("banner").replaceChildren(...problems.map(problem => h("p", null, visible(problem))),
      ...notice ? [h("p", { className: "note" }, notice)] : []);
  }

  /** Updates the age of the shown data, each second. */
  function showAge() {
    const old = (performance.now() - arrived) / 1000;
    if (doc) set($("updated"), old < 2 ? "Updated now" : `Updated ${age(old)} ago`);
    document.body.classList.toggle("stale", trouble !== "");
  }

  // ---- refresh ----

  function show(next, withHistory) {
    const before = doc;
    doc = next;
    arrived = performance.now();
    trouble = "";
    const ids = new Set(doc.sandboxes.map(sandbox => sandbox.id));
    for (const [id, row] of rows) if (!ids.has(id)) { row.body.remove(); rows.delete(id); }
    if (withHistory) loadHistory();
    const time = seconds(doc.time);
    for (const sandbox of doc.sandboxes) {
      const row = rowOf(sandbox);
      addPoint(row.cpu.values, time, sandbox.cpuCores);
      addPoint(row.memory.values, time, sandbox.host?.memoryWorkingSetBytes);
      fill(row, sandbox);
    }
    if (before && before.node.started !== doc.node.started) {
      notice = `The monitor restarted at ${new Date(doc.node.started).toLocaleTimeString()}`
        + (before.node.version === doc.node.version ? "." : ` with version ${visible(doc.node.version)}: load the page again for its new parts.`);
    }
    showTiles();
    showBanner();
    arrange();
    showAge();
    if (!before) idle(() => document.documentElement.classList.add("whole"));
  }

  const idle = window.requestIdleCallback ?? (work => setTimeout(work, 1000)); // Safari has none.

  async function fetchJson(withHistory) {
    const address = new URL(withHistory ? "sandboxes?history=true" : "sandboxes", location.href);
    address.username = address.password = "";
    const response = await fetch(address,
      { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(2 * REFRESH) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }

  /** Fetches the history at first, and again after a time without refreshes or a restart of the monitor. */
  async function refresh() {
    clearTimeout(timer);
    if (document.hidden) return; // Comes back with the reader.
    const withHistory = !doc || performance.now() - arrived > 3 * REFRESH;
    try {
      let next = await fetchJson(withHistory);
      if (doc && !withHistory && next.node.started !== doc.node.started) next = await fetchJson(true);
      show(next, "historyTimes" in next.node);
    } catch (error) {
      trouble = doc
        ? `The monitor does not respond since ${new Date(Date.now() - (performance.now() - arrived)).toLocaleTimeString()} (${error.message}): what you see was true then.`
        : `The monitor does not respond (${error.message}): what you see was true when the page was loaded.`;
      showBanner();
      showAge();
    }
    const isFirst = doc && rows.size && !doc.sandboxes.some(sandbox => sandbox.cpuCores !== undefined) && !refresh.hurried;
    refresh.hurried = true;
    timer = setTimeout(refresh, isFirst ? FIRST_RATE : REFRESH);
  }

  buildTools();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  setInterval(showAge, 1000);
  refresh();
})();
