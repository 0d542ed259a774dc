"use strict";
const data = JSON.parse(document.getElementById("data").textContent);

/** An element with attributes and children; strings are put in as text, never as HTML. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);

/** 1234567 as 1,234,567. */
function count(n) {
  return n === null || n === undefined ? "?" : n.toLocaleString("en-US");
}

/** Milliseconds for people. */
function time(ms) {
  if (ms === null || ms === undefined) return "?";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(ms < 10000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`;
}

/** Bytes for people. */
function size(bytes) {
  for (const [unit, name] of [[1e9, "GB"], [1e6, "MB"], [1e3, "KB"]]) {
    if (bytes >= unit) return `${(bytes / unit).toFixed(1)} ${name}`;
  }
  return `${bytes} bytes`;
}

/** How long something took, where both moments are known. */
function took(start, end) {
  return start === null || end === null || start === undefined || end === undefined ? null : end - start;
}

/** One line of a text, cut. */
function line(text, most) {
  const first = (text || "").replace(/\s+/g, " ").trim();
  return first.length > most ? first.slice(0, most) + "…" : first;
}

/** A program in colours. */
function coloured(pieces) {
  const pre = make("pre", { class: "code" });
  for (const piece of pieces) {
    pre.append(typeof piece === "string" ? piece : make("span", { class: "c" + piece[0] }, piece[1]));
  }
  return pre;
}

/** The code of a program as text. */
const plain = (pieces) => (pieces || []).map((piece) => (typeof piece === "string" ? piece : piece[1])).join("");

/** A call's list as an object. */
function callOf(list) {
  const [n, at, start, waited, end, model, input, output, free, instruction, texts, reply, failure, tries] = list;
  return { n, at, start, waited, end, model, input, output, free, instruction, texts, reply, failure, tries };
}

/** Facts in a row; those without a value are left out. */
function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", { class: "facts" }, ...known.map(([name, value]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}
