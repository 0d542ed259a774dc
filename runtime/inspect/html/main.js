function startSummary() {
  const { totals } = data;
  const state = { answered: "good", prose: "warn", limit: "warn", interrupted: "warn", running: "warn" }[data.state] || "bad";
  const bytes = data.documents.reduce((sum, [, size]) => sum + size, 0);
  const inputs = data.documents.length === 1 ? data.documents[0][0] : `${count(data.documents.length)} documents`;
  const spent = totals.cost_usd === null ? "unknown" : `$${totals.cost_usd.toFixed(4)}`;
  const summary = byId("summary");
  summary.append(
    make("p", {}, make("span", { class: "badge " + state }, data.state), " ",
      make("span", { class: "soft" }, `${data.id} · ${data.started}`)),
    make("h1", {}, data.question || "a program that was run by hand"),
  );
  if (data.answer !== null) summary.append(make("pre", { class: "answer", "aria-label": "Answer" }, data.answer));
  if (data.reason) summary.append(make("p", { class: state }, data.reason));
  if (data.sources && data.sources.length > 0) summary.append(sources(data.sources));
  summary.append(facts([
    ["input", inputs], ["bytes", size(bytes)],
    ["model", data.model], ["sub-model", data.subModel === data.model ? null : data.subModel],
    ["time", time(data.ended)], ["turns", count(totals.turns)], ["calls", count(totals.calls)],
    ["failed", totals.failed ? count(totals.failed) : null],
    ["tokens in", count(totals.input_tokens)], ["tokens out", count(totals.output_tokens)], ["cost", spent],
    ["children", data.engines.length > 1 ? count(data.engines.length - 1) : null],
    ["sent directly", data.direct ? "yes, without programs" : null],
  ]));
}

function sources(all) {
  const items = all.map((source) => {
    const lines = source.last_line > source.line ? `${source.line}-${source.last_line}` : source.line;
    const link = make("a", { href: "#coverage", title: `bytes ${source.at} to ${source.at + source.end - source.start}` },
      `${source.document}:${lines}`);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      pin(source);
    });
    return make("li", {}, link);
  });
  return make("div", {}, make("h3", {}, "Sources"), make("ul", { class: "sources" }, ...items));
}

function startNotes() {
  const told = byId("told");
  const add = (text, node) => {
    const item = make("li", {}, text);
    if (node) {
      const link = make("a", { href: "#run" }, " show");
      link.addEventListener("click", () => reveal(node));
      item.append(link);
    }
    told.append(item);
  };
  const SHOWN = 200;
  data.notes.forEach((note) => add(note.message, null));
  const failed = Array.from(everything(root)).filter(hasFailed);
  failed.slice(0, SHOWN).forEach((node) => {
    const { kind, item } = node;
    const why = kind === "call" ? item[12] : kind === "program" ? item.error : item.failure;
    const asked = kind === "call" ? `: ${line(item[9], 60)}` : "";
    add(`${titleOf(node)}${asked} — ${line(why, 160)}`, node);
  });
  if (failed.length > SHOWN) add(`${count(failed.length - SHOWN)} more failures; search finds them`, null);
  if (told.children.length === 0) told.append(make("li", { class: "soft" }, "none"));
}

function startSearch() {
  const query = byId("query");
  query.addEventListener("input", () => searchFor(query.value));
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    nextHit(1);
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      nextHit(-1);
    } else if (event.key === "Escape") {
      query.value = "";
      searchFor("");
      if (selected !== null) selected.element.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      query.focus();
      query.select();
    }
  });
}

startSummary();
startTree();
startTimeline();
startCoverage();
startNotes();
startSearch();
document.documentElement.dataset.ready = "yes";
