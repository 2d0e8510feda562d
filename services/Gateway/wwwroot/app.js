// Shows what the gateway tells: one snapshot of the chain a second over server-sent events, and the predictions of the chosen entity.

const numbers = new Intl.NumberFormat("en");
const rates = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const shown = { entity: null, chart: null, points: null, pending: false };
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
    element("p", { textContent: `${entry.entity}, ${entry.deployment}` }),
    element("p", { className: "figure", textContent: entry.percent === null ? "–" : `${entry.percent.toFixed(2)} %` }),
    element("p", { textContent: `right in ${numbers.format(entry.right)} of ${numbers.format(entry.answered)}` }))));
}

function showModels(snapshot) {
  replaceIfChanged(byId("models"), snapshot.models.map(model => element("tr", {},
    ...[model.deployment, model.name, model.version, model.stage, model.featureSet].map(text => element("td", { textContent: text })),
    element("td", { className: "hash", textContent: model.sha256.slice(0, 16), title: model.sha256 }))));
}

function showRefusals(snapshot) {
  byId("no-refusals").hidden = snapshot.refusals.length > 0;
  byId("refusals-table").hidden = snapshot.refusals.length === 0;
  replaceIfChanged(byId("refusals"), snapshot.refusals.map(refusal => element("tr", {},
    ...[refusal.stage, words(refusal.reason), refusal.detail, refusal.entityId ?? "–", refusal.source].map(text => element("td", { textContent: text })))));
}

function showEntities(snapshot) {
  const place = byId("entities");
  const known = [...place.querySelectorAll("input")].map(input => input.value);
  for (const entity of snapshot.entities.filter(name => !known.includes(name))) {
    const input = element("input", { type: "radio", name: "entity", value: entity });
    input.addEventListener("change", () => choose(entity));
    place.append(element("label", {}, input, ` ${entity}`));
    if (shown.entity === null) {
      input.checked = true;
      choose(entity);
    }
  }
}

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
    if (answer.ok && entity === shown.entity) showPredictions(await answer.json());
  } catch {
    // The event stream says that the gateway cannot be reached.
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
    : `${numbers.format(answer.points.length)} predictions up to ${time(answer.points.at(-1).bucketStart)}; of ${numbers.format(known.length)} with a label ${numbers.format(wrong)} were wrong.`;
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

const events = new EventSource("v1/chain/events");
events.addEventListener("open", () => showConnection("live", "live"));
events.addEventListener("error", () => showConnection("lost", "no connection; trying again …"));
events.addEventListener("chain", message => {
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
  byId("clock").textContent = `${new Date(snapshot.time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  loadPredictions();
});
