// Draws what the table beneath says: bars of several kinds, one on the other.
import uPlot from "./vendor/uPlot.esm.js";

const place = document.querySelector("[data-chart]");
const LABEL_WIDTH = 96; // pixels
let plot = null;

/** The table's columns, the kinds in the order of the legend, and what a part is called. */
function read() {
  const legend = [...document.querySelectorAll("[data-series]")];
  const rows = [...document.querySelectorAll("#as-table tbody tr")];
  const whole = rows.map((row) => row.cells[0].textContent.trim());
  const days = rows.map((row) => row.querySelector("th span").textContent);
  const times = rows.map((row) => row.querySelector("th time")?.textContent);
  const names = new Set(days).size > 3 || !times[0] ? days : times;
  const columns = legend.map((entry) =>
    rows.map((row) => Number(row.querySelector(`[data-of="${entry.dataset.series}"]`).textContent)),
  );
  return { legend, whole, names, columns };
}

/** Each kind with those below it; the tallest first, so that the others stand before it. */
function stacked({ columns, names }) {
  const sums = [];
  for (const column of columns) sums.push(column.map((count, at) => count + (sums.at(-1)?.[at] ?? 0)));
  return [names.map((_, at) => at), ...sums.reverse()];
}

function draw() {
  if (!place?.isConnected) return;
  const table = read();
  const style = getComputedStyle(place);
  const colours = table.legend.map((entry) => getComputedStyle(entry.querySelector(".swatch")).backgroundColor);
  const axis = {
    stroke: style.color,
    font: `12px ${style.fontFamily}`,
    grid: { stroke: style.outlineColor, width: 1 },
    ticks: { show: false },
  };
  const count = table.names.length;
  const options = {
    width: place.clientWidth,
    height: place.clientHeight,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [-0.6, count - 0.4] },
      y: { range: (_, __, most) => [0, Math.max(4, most * 1.08)] },
    },
    axes: [
      { ...axis, size: 30, grid: { show: false }, splits: () => labelled(table.names), values: (_, at) => at.map((one) => table.names[one]) },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6] },
    ],
    series: [{}, ...colours.reverse().map((fill) => ({ fill, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.72, 48] }) }))],
    hooks: { setCursor: [({ cursor }) => tell(table, cursor.idx)] },
  };
  plot?.destroy();
  plot = new uPlot(options, stacked(table), place);
}

/** Where a name begins, and no more of them than there is room for. */
function labelled(names) {
  const begins = names.map((_, at) => at).filter((at) => names[at] !== names[at - 1]);
  const every = Math.ceil((begins.length * LABEL_WIDTH) / (place.clientWidth - 44));
  return begins.filter((_, at) => at % every === 0);
}

/** The legend has the figures of the part under the pointer, else of all. */
function tell({ legend, whole, columns }, at) {
  legend.forEach((entry, kind) => {
    const sum = columns[kind].reduce((one, other) => one + other, 0);
    entry.querySelector("[data-value]").textContent = (at == null ? sum : columns[kind][at]).toLocaleString("en-US");
  });
  const when = document.querySelector("[data-when]");
  if (when) when.textContent = at == null ? "" : `from ${whole[at]}`;
}

if (place) {
  draw();
  new ResizeObserver(draw).observe(place);
  document.addEventListener("morphed", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
