// Shows what the gateway tells: one snapshot of the chain a second over server-sent events, and the predictions of the chosen entity.

const numbers = new Intl.NumberFormat("en");
const rates = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const shown = { entity: null, chart: null, points: null, pending: false, flow: null };
const listed = { count: -1, after: "", next: null, ids: [], asked: 0 };
const entitiesShown = 12;
const oldSeconds = 20;
const retryMilliseconds = 2000;
const byId = id => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function replaceIfChanged(parent, children) {
  const fresh = element("div", {}, ...children);
  if (fresh.innerHTML !== parent.innerHTML) parent.replaceChildren(...fresh.childNodes);
}

function showConnection(state, words) {
  const place = byId("connection");
  if (place.dataset.state !== state) {
    place.dataset.state = state;
    place.textContent = words;
  }
}

function showProblem(snapshot) {
  const place = byId("problem");
  const words = snapshot.problem ?? "";
  if (place.textContent !== words) place.textContent = words;
  place.hidden = words === "";
}

function showChain(snapshot) {
  const source = { service: "devices", output: "sensor.raw", written: snapshot.published, writtenPerSecond: snapshot.publishedPerSecond, lag: null };
  const boxes = [source, ...snapshot.stages].map(stage => {
    const box = element("li", {},
      element("h3", { textContent: stage.service }),
      element("p", { className: "writes", textContent: `${stage.lag === null ? "publish to" : "writes"} ${stage.output}` }),
      element("p", { className: "count", textContent: numbers.format(stage.written) }),
      element("p", { className: "rate", textContent: `${rates.format(stage.writtenPerSecond)} a second` }));
    if (stage.lag !== null) {
      box.append(element("p", { className: "lag", textContent: `lag ${numbers.format(stage.lag)}` }));
      box.dataset.lagging = stage.lag > Math.max(1000, stage.writtenPerSecond * 10);
    }
    if (stage.lastError) box.append(element("p", { className: "error", textContent: stage.lastError, title: stage.lastError }));
    return box;
  });
  replaceIfChanged(byId("chain"), boxes);
}

function showTotals(snapshot) {
  const rows = [
    ["late readings", snapshot.late, false],
    ["dead letters", snapshot.deadLetters, snapshot.deadLetters > 0],
    ["vectors kept", snapshot.kept.vectors, false],
    ["predictions kept", snapshot.kept.predictions, false],
    ["labels kept", snapshot.kept.labels, false],
  ];
  replaceIfChanged(byId("totals"), rows.map(([name, value, alarm]) => {
    const row = element("div", {}, element("dt", { textContent: name }), element("dd", { textContent: numbers.format(value) }));
    row.dataset.alarm = alarm;
    return row;
  }));
}

function showAccuracy(snapshot) {
  replaceIfChanged(byId("accuracy"), snapshot.accuracy.map(entry => element("div", { className: "card" },
    element("p", { textContent: `${entry.entity ?? `all ${numbers.format(entry.entities)} entities`}, ${entry.deployment}` }),
    element("p", { className: "figure", textContent: entry.percent === null ? "–" : `${entry.percent.toFixed(2)} %` }),
    element("p", { textContent: `right in ${numbers.format(entry.right)} of ${numbers.format(entry.answered)}` }))));
  const age = byId("figures-age");
  age.hidden = snapshot.figuresTime === null || snapshot.time - snapshot.figuresTime < oldSeconds * 1000;
  if (!age.hidden) age.textContent = `What is kept, accuracy and models are as of ${clock(snapshot.figuresTime)} UTC.`;
}

function stateOf(model) {
  const until = model.predictedUntil === null ? "" : `, scored up to ${time(model.predictedUntil)}`;
  return { running: `running${until}`, deployed: "deployed, no prediction yet", withdrawn: `not deployed any more${until}` }[model.state];
}

function showModels(snapshot) {
  replaceIfChanged(byId("models"), snapshot.models.map(model => {
    const row = element("tr", {},
      ...[model.deployment, model.name, model.version, model.stage, stateOf(model), model.featureSet].map(text => element("td", { textContent: text })),
      element("td", { className: "hash", textContent: model.sha256.slice(0, 16), title: model.sha256 }));
    row.dataset.state = model.state;
    return row;
  }));
}

function showRefusals(snapshot) {
  byId("no-refusals").hidden = snapshot.refusals.length > 0;
  byId("refusals-table").hidden = snapshot.refusals.length === 0;
  replaceIfChanged(byId("refusals"), snapshot.refusals.map(refusal => element("tr", {},
    ...[refusal.stage, words(refusal.reason), refusal.detail, refusal.entityId ?? "–", refusal.source].map(text => element("td", { textContent: text })))));
}

function showEntities(snapshot) {
  if (snapshot.entityCount === listed.count) return;
  listed.count = snapshot.entityCount;
  byId("entity-search").hidden = listed.count <= entitiesShown;
  loadEntities();
}

// A page of entities comes from the server, however many there are.
async function loadEntities() {
  const asked = ++listed.asked;
  const query = new URLSearchParams({ query: byId("entity-query").value, after: listed.after, limit: entitiesShown });
  try {
    const answer = await fetch(`v1/entities?${query}`);
    if (!answer.ok || asked !== listed.asked) return;
    const page = await answer.json();
    listed.next = page.next;
    byId("entity-next").disabled = page.next === null;
    byId("entity-first").disabled = listed.after === "";
    byId("entity-matching").textContent = `${numbers.format(page.matching)} of ${numbers.format(listed.count)} match`;
    listEntities(page.entities);
  } catch {
    listed.count = -1; // the next look asks again
  }
}

function listEntities(ids) {
  if (shown.entity === null && ids.length > 0) choose(ids[0]);
  if (ids.join("\n") === listed.ids.join("\n")) return;
  const focused = document.activeElement?.name === "entity" ? document.activeElement.value : null;
  listed.ids = ids;
  const place = byId("entities");
  place.querySelectorAll("label").forEach(label => label.remove());
  for (const id of ids) {
    const input = element("input", { type: "radio", name: "entity", value: id, checked: id === shown.entity });
    input.addEventListener("change", () => choose(id));
    place.append(element("label", {}, input, ` ${id}`));
    if (id === focused) input.focus();
  }
}

function turn(after) {
  listed.after = after;
  loadEntities();
}

byId("entity-query").addEventListener("input", () => turn(""));
byId("entity-first").addEventListener("click", () => turn(""));
byId("entity-next").addEventListener("click", () => turn(listed.next ?? ""));

function choose(entity) {
  shown.entity = entity;
  shown.points = null;
  loadPredictions();
}

async function loadPredictions() {
  if (shown.entity === null || shown.pending) return;
  shown.pending = true;
  const entity = shown.entity;
  try {
    const answer = await fetch(`v1/entities/${encodeURIComponent(entity)}/predictions?limit=600`);
    const predictions = answer.ok ? await answer.json() : null;
    if (predictions && entity === shown.entity) showPredictions(predictions);
    else shown.flow = null;
  } catch {
    shown.flow = null; // the event stream says that the gateway cannot be reached; the next look asks again
  } finally {
    shown.pending = false;
    if (entity !== shown.entity) loadPredictions();
  }
}

function showPredictions(answer) {
  shown.points = answer;
  byId("truth-key").textContent = answer.positive === null ? "truth" : `truth: ${answer.labelName ?? "label"} ${answer.positive}`;
  drawChart();
  const known = answer.points.filter(point => point.truth !== null);
  const wrong = known.filter(point => point.truth !== point.label).length;
  byId("chart-words").textContent = answer.points.length === 0
    ? "No predictions yet."
    : `${answer.entity}: ${numbers.format(answer.points.length)} predictions up to ${time(answer.points.at(-1).bucketStart)}; of ${numbers.format(known.length)} with a label ${numbers.format(wrong)} were wrong.`;
  replaceIfChanged(byId("newest"), answer.points.slice(-20).reverse().map(point => {
    const row = element("tr", {},
      ...[time(point.bucketStart), point.score === null ? "" : point.score.toFixed(4), point.label ?? "", point.truth ?? "not known yet"]
        .map(text => element("td", { textContent: text })));
    row.dataset.right = point.truth === null || point.truth === point.label;
    return row;
  }));
}

// TimeInFuture → time in future
function words(name) {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

// Hours, and the date where a day begins.
function ticks(seconds) {
  return seconds.map((second, index) => {
    const [date, hour] = time(second * 1000).split(" ");
    return index === 0 || hour === "00:00" ? `${hour}\n${date}` : hour;
  });
}

function time(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ");
}

function clock(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
}

function colour(name) {
  const probe = element("span", { style: `color: var(--${name})` });
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function drawChart() {
  const { points, threshold, positive } = shown.points;
  const data = [
    points.map(point => point.bucketStart / 1000),
    points.map(point => point.truth === null ? null : point.truth === positive ? 1 : 0),
    points.map(point => point.score),
    points.map(() => threshold),
    points.map(point => point.truth !== null && point.truth !== point.label ? point.score : null),
  ];
  if (shown.chart) {
    shown.chart.setData(data);
    return;
  }

  const place = byId("chart");
  const axis = { stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 } };
  shown.chart = new uPlot({
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { y: { range: [-0.02, 1.02] } },
    axes: [{ ...axis, values: (chart, seconds) => ticks(seconds), space: 56, size: 54 }, { ...axis, size: 44 }],
    series: [
      {},
      { stroke: "transparent", fill: colour("truth"), paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } },
      { stroke: colour("accent"), width: 1.5, points: { show: false } },
      { stroke: colour("quiet"), dash: [4, 4], width: 1, points: { show: false } },
      { stroke: "transparent", points: { show: true, size: 7, fill: colour("bad"), stroke: colour("bad") } },
    ],
  }, data, place);
}

function redraw() {
  if (!shown.chart) return;
  shown.chart.destroy();
  shown.chart = null;
  drawChart();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new ResizeObserver(([entry]) => {
  shown.chart?.setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
}).observe(byId("chart"));

addEventListener("offline", () => showConnection("lost", "no connection; trying again …"));

function showLook(message) {
  const snapshot = JSON.parse(message.data);
  showConnection("live", "live");
  showProblem(snapshot);
  showChain(snapshot);
  showTotals(snapshot);
  showAccuracy(snapshot);
  showModels(snapshot);
  showRefusals(snapshot);
  showEntities(snapshot);
  byId("version").textContent = `Streaming ${snapshot.version}`;
  byId("clock").textContent = `${clock(snapshot.time)} UTC`;

  // Where nothing has flowed nothing is asked.
  const flow = `${snapshot.stages.map(stage => stage.written)} ${snapshot.figuresTime}`;
  if (flow !== shown.flow) {
    shown.flow = flow;
    loadPredictions();
  }
}

// A browser tries again by itself after a cut, but never after an answer that is no stream, such as that of a gateway which is starting.
function connect() {
  const events = new EventSource("v1/chain/events");
  events.addEventListener("open", () => showConnection("live", "live"));
  events.addEventListener("chain", showLook);
  events.addEventListener("error", () => {
    showConnection("lost", "no connection; trying again …");
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, retryMilliseconds);
  });
}

connect();
