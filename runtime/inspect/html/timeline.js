/** Heights of a row and of the line of moments, in pixels. */
const ROW = 9;
const TOP = 22;

/**
 * What stands on the timeline: rows of bars in order of their start. An engine has a row of turns and programs,
 * and below it as many rows as calls were under way at once.
 */
const timeline = { rows: [], from: 0, to: 1, first: 0, last: 1, node: null };

function layOut() {
  for (const engine of data.engines) {
    const bars = [];
    const calls = [];
    for (const turn of engine.turns) {
      const end = turn.replied ?? turn.end;
      if (turn.start !== null && end !== null) {
        bars.push({ from: turn.start, to: end, what: turn.failure ? "failed" : "turn", turn, engine });
      }
      for (const program of turn.programs) {
        if (program.start !== null && program.end !== null) {
          bars.push({ from: program.start, to: program.end, what: "program", turn, program, engine });
        }
        for (const call of program.calls) {
          if (call[2] !== null && call[4] !== null) {
            const what = call[12] ? "failed" : "call";
            calls.push({ from: call[2], sent: call[2] + (call[3] || 0), to: call[4], what, turn, program, call, engine });
          }
        }
      }
    }
    if (bars.length > 0) timeline.rows.push({ bars, engine });
    timeline.rows.push(...lanes(calls).map((bars) => ({ bars, engine })));
  }
  const all = timeline.rows.flatMap((row) => row.bars);
  timeline.first = all.reduce((least, bar) => Math.min(least, bar.from), Infinity);
  timeline.last = all.reduce((most, bar) => Math.max(most, bar.to), -Infinity);
  if (all.length === 0) Object.assign(timeline, { first: 0, last: 1 });
  if (timeline.last <= timeline.first) timeline.last = timeline.first + 1;
  showAll();
}

/** Bars in as few rows as can be: each in the row that has been free for the longest time it was sent. */
function lanes(calls) {
  const rows = [];
  const sorted = calls.sort((a, b) => a.sent - b.sent || a.to - b.to);
  for (const bar of sorted) {
    let row = rows.find((row) => row[row.length - 1].to <= bar.sent);
    if (row === undefined) rows.push((row = []));
    // The wait is drawn only as far as the lane was free.
    const before = row.length ? row[row.length - 1].to : bar.from;
    bar.shownFrom = Math.max(bar.from, Math.min(before, bar.sent));
    row.push(bar);
  }
  return rows;
}

function showAll() {
  timeline.from = timeline.first;
  timeline.to = timeline.last;
}

function drawTimeline() {
  const canvas = document.querySelector("#lanes canvas");
  const width = byId("lanes").clientWidth;
  const height = TOP + timeline.rows.length * ROW + 6;
  const scale = window.devicePixelRatio || 1;
  // A canvas of any height is one picture: very many rows are drawn as one picture only up to this.
  const drawn = Math.min(height, 16000 / scale);
  canvas.style.height = drawn + "px";
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(drawn * scale));
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const colour = Object.fromEntries(["turn", "program", "wait", "call", "failed", "line", "soft", "ink"]
    .map((name) => [name, style.getPropertyValue("--" + name).trim()]));
  pen.scale(scale, scale);
  pen.clearRect(0, 0, width, drawn);
  const x = (ms) => ((ms - timeline.from) / (timeline.to - timeline.from)) * width;
  drawMoments(pen, colour, x, width, drawn);
  timeline.rows.forEach((row, index) => {
    const y = TOP + index * ROW;
    const bars = row.bars;
    // Bars of a row do not overlap and are in order: only those in sight are looked at.
    for (let i = firstInSight(bars); i < bars.length && (bars[i].shownFrom ?? bars[i].from) <= timeline.to; i++) {
      const bar = bars[i];
      if (bar.sent !== undefined) {
        pen.fillStyle = colour.wait;
        pen.fillRect(x(bar.shownFrom), y + 2, Math.max(0, x(bar.sent) - x(bar.shownFrom)), ROW - 5);
      }
      const from = x(bar.sent ?? bar.from);
      pen.fillStyle = colour[bar.what];
      const thin = bar.what === "program" ? 2 : 0;
      pen.fillRect(from, y + 1 + thin, Math.max(1, x(bar.to) - from - 0.5), ROW - 2 - 2 * thin);
      if (isSelected(bar)) {
        pen.strokeStyle = colour.ink;
        pen.strokeRect(from - 1, y + 0.5, Math.max(3, x(bar.to) - from + 1), ROW - 1);
      }
    }
  });
}

function firstInSight(bars) {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle].to < timeline.from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function drawMoments(pen, colour, x, width, height) {
  const span = timeline.to - timeline.from;
  const rough = span / Math.max(2, width / 110);
  const unit = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= rough) || unit * 10;
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "top";
  for (let at = Math.ceil(timeline.from / step) * step; at <= timeline.to; at += step) {
    pen.fillStyle = colour.line;
    pen.fillRect(Math.round(x(at)), 0, 1, height);
    pen.fillStyle = colour.soft;
    pen.fillText(time(at), Math.round(x(at)) + 4, 4);
  }
}

const isSelected = (bar) => selected !== null
  && selected.item === (bar.call ?? bar.program ?? bar.turn);

/** The bar at a point of the canvas. */
function barAt(event) {
  const box = event.target.getBoundingClientRect();
  const row = timeline.rows[Math.floor((event.clientY - box.top - TOP) / ROW)];
  const per = (timeline.to - timeline.from) / box.width;
  const at = timeline.from + (event.clientX - box.left) * per;
  return row && row.bars.find((bar) => bar.from - 3 * per <= at && at <= bar.to + 3 * per);
}

function saidOf(bar) {
  const engine = bar.engine.n === 0 ? "" : `child ${bar.engine.n}, `;
  const place = `${engine}turn ${bar.turn.n}`;
  const length = time(bar.to - (bar.sent ?? bar.from));
  if (bar.call) {
    const call = callOf(bar.call);
    return `${place}, call ${call.n}: ${length}${call.waited ? `, waited ${time(call.waited)}` : ""} — ${line(call.instruction, 90)}`;
  }
  return bar.program ? `${place}, program ${bar.program.n}: ${length}` : `${place}: the model wrote for ${length}`;
}

/** The node of what a bar stands for. */
function nodeOf(item) {
  for (const node of everything(root)) {
    if (node.item === item) return node;
  }
  return null;
}

function zoom(factor, around) {
  const middle = around ?? (timeline.from + timeline.to) / 2;
  const least = Math.max(1, (timeline.last - timeline.first) / 1e5);
  const span = Math.max(least, (timeline.to - timeline.from) * factor);
  move(middle - ((middle - timeline.from) / (timeline.to - timeline.from)) * span, span);
}

function move(from, span) {
  const whole = timeline.last - timeline.first;
  const wide = Math.min(span, whole);
  timeline.from = Math.min(Math.max(from, timeline.first), timeline.last - wide);
  timeline.to = timeline.from + wide;
  drawTimeline();
}

function startTimeline() {
  layOut();
  const canvas = document.querySelector("#lanes canvas");
  canvas.addEventListener("mousemove", (event) => {
    const bar = barAt(event);
    byId("under").textContent = bar ? saidOf(bar) : "";
    canvas.style.cursor = bar ? "pointer" : "default";
  });
  canvas.addEventListener("click", (event) => {
    const bar = barAt(event);
    const node = bar && nodeOf(bar.call ?? bar.program ?? bar.turn);
    if (node) {
      reveal(node);
      drawTimeline();
    }
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    const at = timeline.from + ((event.clientX - box.left) / box.width) * (timeline.to - timeline.from);
    zoom(event.deltaY > 0 ? 1.25 : 0.8, at);
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const span = timeline.to - timeline.from;
    const moves = {
      ArrowLeft: () => move(timeline.from - span / 5, span),
      ArrowRight: () => move(timeline.from + span / 5, span),
      "+": () => zoom(0.6), "=": () => zoom(0.6), "-": () => zoom(1.6),
      0: () => { showAll(); drawTimeline(); },
    };
    if (moves[event.key] && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      moves[event.key]();
    }
  });
  window.addEventListener("resize", drawTimeline);
  drawTimeline();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTimeline);
}
