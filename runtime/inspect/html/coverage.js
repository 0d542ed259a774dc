/** The kinds in the order of the data; later ones are drawn over earlier ones. */
const KINDS = [
  ["searched", "searched", "a search went over it"],
  ["sliced", "cut out", "cut out by a program and looked at"],
  ["sent", "sent", "sent to sub-models"],
  ["shown", "shown", "shown to the root model"],
  ["cited", "cited", "cited by the answer"],
  ["untouched", "never touched", "read by no program, and in no recorded call"],
];

/** Documents that are shown at first, and by each click more. */
const DOCUMENTS = 50;

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}

/** Where each kind is drawn on the map, from top to bottom of 20, and how wide it is at least, of 1000. */
const DRAWN = [[0, 20, 0.8], [2, 16, 0.8], [4, 12, 0.8], [6, 8, 1], [0, 20, 2]];

/** Ranges as one path: start and end, one behind the other. A range is never too thin to be seen. */
function path(ranges, bytes, [top, height, least]) {
  const out = [];
  for (let i = 0; i < ranges.length; i += 2) {
    const from = (ranges[i] / bytes) * 1000;
    const wide = Math.max(((ranges[i + 1] - ranges[i]) / bytes) * 1000, least);
    out.push(`M${from.toFixed(2)} ${top}h${wide.toFixed(2)}v${height}h-${wide.toFixed(2)}z`);
  }
  return out.join("");
}

function mapOf([name, bytes, kinds], index) {
  const picture = svg("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", role: "img" });
  const said = KINDS.map(([, word], kind) => `${word} ${share(kinds[kind][0], bytes)}`).join(", ");
  picture.setAttribute("aria-label", `${name}: ${said}`);
  picture.append(svg("rect", { class: "untouched", width: 1000, height: 20 }));
  KINDS.slice(0, 5).forEach(([kind], i) => {
    picture.append(svg("path", { class: kind, d: path(kinds[i][1], Math.max(bytes, 1), DRAWN[i]) }));
  });
  return make("div", { class: "map", id: "document-" + index },
    make("p", {}, make("span", {}, name), make("span", { class: "soft" }, size(bytes))), picture);
}

const share = (part, whole) => (whole === 0 ? "–" : percent((part / whole) * 100));

function percent(value) {
  if (value === 0 || value === 100) return `${value}%`;
  return value < 0.1 ? "<0.1%" : value > 99.9 ? ">99.9%" : `${value.toFixed(1)}%`;
}

function rowOfDocument(name, bytes, figures, link) {
  const cells = figures.map((figure) =>
    make("td", { "data-bytes": figure }, count(figure), make("span", { class: "share" }, share(figure, bytes))));
  const first = link === null ? name : make("a", { href: link }, name);
  return make("tr", {}, make("td", {}, first), make("td", { "data-bytes": bytes }, count(bytes)), ...cells);
}

function startCoverage() {
  const place = byId("maps");
  if (data.coverage.length === 0) {
    place.append(make("p", { class: "soft" }, "The record does not tell what was read."));
    return;
  }
  place.append(make("p", { class: "keys" }, ...KINDS.flatMap(([kind, word, meaning]) =>
    [make("span", { class: "key " + kind }), ` ${word}: ${meaning} `])));
  const maps = make("div", {});
  const body = make("tbody", {});
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "document"),
    make("th", { scope: "col" }, "bytes"), ...KINDS.map(([, word]) => make("th", { scope: "col" }, word))));
  const more = make("button", { type: "button" });
  let shown = 0;
  const show = () => {
    const until = Math.min(shown + DOCUMENTS, data.coverage.length);
    for (; shown < until; shown++) {
      const document = data.coverage[shown];
      maps.append(mapOf(document, shown));
      body.append(rowOfDocument(document[0], document[1], document[2].map((kind) => kind[0]), "#document-" + shown));
    }
    const left = data.coverage.length - shown;
    more.textContent = `${count(left)} more documents`;
    more.hidden = left === 0;
  };
  more.addEventListener("click", show);
  const sums = KINDS.map((_, i) => data.coverage.reduce((sum, document) => sum + document[2][i][0], 0));
  const bytes = data.coverage.reduce((sum, document) => sum + document[1], 0);
  const foot = make("tfoot", {});
  if (data.coverage.length > 1) foot.append(rowOfDocument("all documents", bytes, sums, null));
  show();
  place.append(maps, make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Bytes read" },
    make("table", {}, head, body, foot)), more);
  data.showDocument = (index) => {
    while (shown <= index && shown < data.coverage.length) show();
  };
}

/** Marks the place of a source on the map of its document. */
function pin(source) {
  const index = data.coverage.findIndex(([name]) => name === source.document);
  if (index < 0) return;
  data.showDocument(index);
  const map = byId("document-" + index);
  document.querySelectorAll("svg .pin").forEach((old) => old.remove());
  const bytes = Math.max(data.coverage[index][1], 1);
  const wide = Math.max(((source.end - source.start) / bytes) * 1000, 4);
  const from = Math.min((source.at / bytes) * 1000, 1000 - wide);
  map.querySelector("svg").append(svg("rect", { class: "pin", x: from, y: 1, width: wide, height: 18 }));
  location.hash = "document-" + index;
  map.scrollIntoView({ block: "center" });
}
