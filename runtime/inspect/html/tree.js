/** Calls shown under one node; more are put into groups of so many. */
const GROUP = 100;

/**
 * Everything that can be looked at is a node: its kind, a name, what stands at its right, how its children are
 * made when it is opened, how its details are. Elements exist only of nodes that are open.
 */
class Node {
  constructor(kind, parent, item) {
    Object.assign(this, { kind, parent, item, open: false, element: null, made: null });
  }
  get children() {
    if (this.made === null) this.made = childrenOf(this);
    return this.made;
  }
  get hasChildren() {
    return mayHaveChildren(this);
  }
}

const enginesByNumber = new Map(data.engines.map((engine) => [engine.n, engine]));
const root = new Node("engine", null, data.engines[0] || { n: 0, turns: [] });

function mayHaveChildren({ kind, item }) {
  if (kind === "engine") return item.turns.length > 0;
  if (kind === "turn") return item.programs.length > 0;
  if (kind === "program") return item.calls.length + item.children.length > 0;
  return kind === "group";
}

function childrenOf(node) {
  const { kind, item } = node;
  if (kind === "engine") return item.turns.map((turn) => new Node("turn", node, turn));
  if (kind === "turn") return item.programs.map((program) => new Node("program", node, program));
  if (kind === "group") return item.calls.map((call) => new Node("call", node, call));
  if (kind !== "program") return [];
  const calls = item.calls.length <= GROUP
    ? item.calls.map((call) => new Node("call", node, call))
    : Array.from({ length: Math.ceil(item.calls.length / GROUP) }, (_, i) =>
        new Node("group", node, { first: i * GROUP, calls: item.calls.slice(i * GROUP, (i + 1) * GROUP) }));
  const children = item.children.map((n) => enginesByNumber.get(n)).filter(Boolean);
  return calls.concat(children.map((engine) => new Node("engine", node, engine)));
}

function nameOf({ kind, item, parent }) {
  switch (kind) {
    case "engine": return parent === null ? "the run" : `child ${item.n}: ${line(item.question, 60)}`;
    case "turn": return (item.last ? "last words" : `turn ${item.n}`) + (item.failure ? " failed" : "");
    case "program": return `program ${item.n}: ${line(plain(item.code), 60)}`;
    case "group": return `calls ${item.first + 1} to ${item.first + item.calls.length}`;
    default: return `call ${item[0]}: ${line(item[9], 60)}`;
  }
}

function extraOf({ kind, item }) {
  if (kind === "engine") return item.ending || "";
  if (kind === "turn") return time(took(item.start, item.end ?? item.replied)).replace("?", "");
  if (kind === "program") return item.error ? "error" : item.calls.length ? count(item.calls.length) + " calls" : "";
  if (kind === "group") {
    const failed = item.calls.filter((call) => call[12]).length;
    return failed ? `${failed} failed` : "";
  }
  return item[12] ? "failed" : time(took(item[2], item[4])).replace("?", "");
}

const hasFailed = ({ kind, item }) =>
  kind === "call" ? Boolean(item[12]) : kind === "program" ? Boolean(item.error) : Boolean(item.failure);

let selected = null;

function rowOf(node, level) {
  const row = make("div", { class: "node" + (hasFailed(node) ? " bad" : "") },
    make("span", { class: "mark", "aria-hidden": "true" }, node.hasChildren ? "▸" : ""),
    make("span", { class: "name" }, nameOf(node)),
    make("span", { class: "extra" }, extraOf(node)));
  const item = make("div", {
    role: "treeitem", tabindex: "-1", "aria-level": level, "aria-selected": "false",
    "aria-expanded": node.hasChildren ? "false" : null,
  }, row);
  item.node = node;
  node.element = item;
  node.row = row;
  node.level = level;
  row.addEventListener("click", () => {
    if (selected === node && node.hasChildren) setOpen(node, !node.open);
    select(node);
  });
  return item;
}

function setOpen(node, open) {
  if (!node.hasChildren || node.open === open || node.element === null) return;
  node.open = open;
  node.element.setAttribute("aria-expanded", String(open));
  node.row.firstChild.textContent = open ? "▾" : "▸";
  if (open) {
    const group = make("div", { role: "group" });
    group.append(...node.children.map((child) => rowOf(child, node.level + 1)));
    node.element.append(group);
  } else {
    node.element.lastChild.remove();
    forget(node);
  }
}

/** Nodes below a closed one have no elements. */
function forget(node) {
  for (const child of node.made || []) {
    child.element = null;
    child.open = false;
    forget(child);
  }
}

/** Opens all nodes above and shows one. */
function reveal(node) {
  const above = [];
  for (let at = node.parent; at !== null; at = at.parent) above.unshift(at);
  above.forEach((at) => setOpen(at, true));
  select(node);
}

function select(node) {
  if (selected !== null && selected.element !== null) {
    selected.element.setAttribute("aria-selected", "false");
    selected.element.tabIndex = -1;
  }
  selected = node;
  node.element.setAttribute("aria-selected", "true");
  node.element.tabIndex = 0;
  node.row.scrollIntoView({ block: "nearest" });
  byId("detail").replaceChildren(...detailOf(node));
}

function focusOn(node) {
  select(node);
  node.element.focus({ preventScroll: true });
}

/** The nodes that have elements, from top to bottom. */
const visible = () => Array.from(byId("tree").querySelectorAll("[role=treeitem]"), (item) => item.node);

function treeKey(event) {
  if (selected === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = visible();
  const at = all.indexOf(selected);
  const moves = {
    ArrowDown: () => all[at + 1] && focusOn(all[at + 1]),
    ArrowUp: () => all[at - 1] && focusOn(all[at - 1]),
    ArrowRight: () => (selected.open ? selected.children[0] && focusOn(selected.children[0]) : setOpen(selected, true)),
    ArrowLeft: () => (selected.open ? setOpen(selected, false) : selected.parent && focusOn(selected.parent)),
    Enter: () => setOpen(selected, !selected.open),
    " ": () => setOpen(selected, !selected.open),
    Home: () => focusOn(all[0]),
    End: () => focusOn(all[all.length - 1]),
  };
  if (moves[event.key]) {
    event.preventDefault();
    moves[event.key]();
  }
}

/** What a detail is called: where it belongs. */
function titleOf(node) {
  const { kind, item, parent } = node;
  if (kind === "engine") return parent === null ? "The run" : `Child ${item.n}`;
  const own = kind === "program" || kind === "call" ? `${kind} ${item.n ?? item[0]}` : nameOf(node);
  const turn = kind === "turn" ? null : above(node, "turn");
  const engine = above(node, "engine");
  return [engine.parent === null ? null : `child ${engine.item.n}`, turn && nameOf(turn), own].filter(Boolean).join(", ");
}

function above(node, kind) {
  while (node.kind !== kind) node = node.parent;
  return node;
}

const titled = (title, text) => (text ? [make("h3", {}, title), make("pre", {}, text)] : []);

function detailOf(node) {
  const { kind, item } = node;
  const title = make("h2", {}, titleOf(node));
  if (kind === "engine") {
    return [title, facts([
      ["turns", count(item.turns.length)], ["time", time(took(item.start, item.end))],
      ["context", item.context], ["ended", item.ending], ["why", item.reason],
    ]), ...titled("Question", item.parent === null ? data.question : item.question), ...titled("Answer", item.answer)];
  }
  if (kind === "turn") {
    return [title, facts([
      ["model", data.models[item.model]], ["time", time(took(item.start, item.replied))],
      ["tokens in", item.in === null ? null : count(item.in)], ["tokens out", item.out === null ? null : count(item.out)],
      ["cost", item.free ? "nothing (cache or shared)" : null],
    ]), ...titled("Failure", item.failure), ...titled("Summary of the work before", item.compacted),
      ...titled("Reply", item.reply), ...titled("What the model was told", item.result)];
  }
  if (kind === "program") {
    return [title, facts([
      ["steps", item.steps === null ? null : count(item.steps)], ["time", time(took(item.start, item.end))],
      ["calls", count(item.calls.length)], ["stopped", item.interrupted ? "from outside" : null],
    ]), ...(item.code ? [coloured(item.code)] : []), ...titled("Error", item.error),
      ...titled("Printed", item.printed), ...titled("Refused", item.refused.join("\n"))];
  }
  if (kind === "group") {
    const failed = item.calls.filter((call) => call[12]).length;
    return [title, facts([["calls", count(item.calls.length)], ["failed", count(failed)]])];
  }
  const call = callOf(item);
  return [title, facts([
    ["model", data.models[call.model]], ["time", time(took(call.start, call.end))],
    ["of it waited", call.waited ? time(call.waited) : null], ["place", call.at],
    ["tokens in", call.input === null ? null : count(call.input)],
    ["tokens out", call.output === null ? null : count(call.output)],
    ["tries", call.tries > 1 ? call.tries : null], ["cost", call.free ? "nothing (cache or shared)" : null],
  ]), ...titled("Instruction", call.instruction), ...titled("Data", call.texts),
    ...titled("Failure", call.failure), ...titled("Reply", call.reply)];
}

/** All nodes in the order of the tree. */
function* everything(node) {
  yield node;
  for (const child of node.children) yield* everything(child);
}

function textOf({ kind, item }) {
  if (kind === "call") return [item[9], item[10], item[11], item[12]].join("\n");
  if (kind === "program") return [plain(item.code), item.printed, item.error].join("\n");
  if (kind === "turn") return [item.reply, item.failure].join("\n");
  return kind === "engine" ? [item.question, item.answer].join("\n") : "";
}

const search = { query: "", hits: [], at: -1 };

function searchFor(query) {
  const wanted = query.trim().toLowerCase();
  Object.assign(search, { query: wanted, hits: [], at: -1 });
  if (wanted !== "") {
    for (const node of everything(root)) {
      if (textOf(node).toLowerCase().includes(wanted)) search.hits.push(node);
    }
  }
  byId("hits").textContent = wanted === "" ? "" : `${count(search.hits.length)} found`;
}

function nextHit(step) {
  const many = search.hits.length;
  if (many === 0) return;
  search.at = (search.at + step + many) % many;
  reveal(search.hits[search.at]);
  byId("hits").textContent = `${count(search.at + 1)} of ${count(many)}`;
}

function startTree() {
  const tree = byId("tree");
  tree.append(rowOf(root, 1));
  setOpen(root, true);
  select(root);
  tree.addEventListener("keydown", treeKey);
}
