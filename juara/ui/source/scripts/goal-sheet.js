// The sheet of targets: keys as in a spreadsheet, blocks pasted and filled, sums that follow. The
// fields are plain ones: without this they are typed into and sent all the same.
const lang = document.documentElement.lang || "en";
const sheet = () => document.querySelector("[data-goal-sheet]");
const parts = new Intl.NumberFormat(lang).formatToParts(-12345.6);
const sign = (type) => parts.find((each) => each.type === type)?.value ?? "";
const GROUP = sign("group");
const DECIMAL = sign("decimal");

const cells = () => [...document.querySelectorAll(".sheet-cell")];
const columnOf = (cell) => Number(cell.dataset.column);
const isOpen = (cell) => cell && !cell.readOnly;

// The rows that hold cells, each a list by column, with gaps where nobody is.
function grid() {
  const rows = [];
  let last = null;
  for (const cell of cells()) {
    const row = cell.closest("tr");
    if (row !== last) rows.push([]);
    last = row;
    rows.at(-1)[columnOf(cell)] = cell;
  }
  return rows;
}

function placeOf(cell, rows = grid()) {
  const row = rows.findIndex((each) => each.includes(cell));
  return [row, columnOf(cell)];
}

// --- Numbers ---

function numberOf(text) {
  const plain = text.replaceAll("\u00a0", "").replaceAll(" ", "").replaceAll(GROUP, "").replace(DECIMAL, ".");
  return plain === "" ? null : Number(plain);
}

function valueOf(cell) {
  const typed = numberOf(cell.value);
  if (typed !== null && !Number.isNaN(typed)) return typed;
  return cell.value.trim() ? 0 : Number(cell.dataset.asked || 0);
}

function shown(value, decimals, { currency } = sheet().dataset) {
  const places = Math.max(decimals, Number.isInteger(value) || currency ? 0 : 1);
  const style = currency ? { style: "currency", currency, minimumFractionDigits: 0 } : {};
  return new Intl.NumberFormat(lang, { ...style, maximumFractionDigits: places }).format(value);
}

function gap(place, far, decimals) {
  const { less, more } = place.dataset;
  place.dataset.state = far < 0 ? "less" : far > 0 ? "more" : "even";
  place.textContent = far ? (far < 0 ? less : more).replace("{n}", shown(Math.abs(far), decimals)) : "";
}

function sum() {
  const table = sheet();
  if (!table || !("sums" in table.dataset)) return;
  const decimals = Number(table.dataset.decimals);
  const totals = new Map();
  const add = (key, value) => totals.set(key, (totals.get(key) ?? 0) + value);
  const all = cells();
  for (const cell of all) {
    const value = valueOf(cell);
    for (const team of cell.dataset.teams.split(" ")) {
      add(`${team}:${cell.dataset.column}`, value);
      add(`${team}:all`, value);
    }
  }
  const sums = [...table.querySelectorAll(".sheet-sum")];
  const last = Math.max(...sums.map((each) => Number(each.dataset.column)));
  const most = Math.max(...all.map(columnOf));
  for (const each of sums) {
    const at = Number(each.dataset.column);
    const total = totals.get(`${each.dataset.team}:${at === last && last > most ? "all" : at}`) ?? 0;
    // A page of many may lack some of a team's people: the difference to what it came with stands.
    each.rest ??= 0;
    each.querySelector("[data-total]").textContent = shown(total + each.rest, decimals);
    const place = each.querySelector("[data-gap]");
    if (place && each.dataset.own) gap(place, total + each.rest - Number(each.dataset.own), decimals);
  }
  for (const row of table.querySelectorAll("[data-row]")) {
    const place = row.querySelector("[data-row-total]");
    const own = [...row.querySelectorAll(".sheet-cell")].reduce((total, cell) => total + valueOf(cell), 0);
    if (place) place.textContent = shown(own, decimals);
  }
}

function count() {
  const place = document.querySelector("[data-changed-count]");
  const changed = cells().filter((cell) => cell.value !== cell.defaultValue);
  for (const cell of cells()) cell.toggleAttribute("data-changed", cell.value !== cell.defaultValue);
  if (!place) return;
  const words = changed.length === 1 ? place.dataset.one : place.dataset.many;
  place.textContent = changed.length ? words.replace("{n}", shown(changed.length, 0, {})) : "";
}

let waiting = 0;
function follow() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => {
    if (started) sum();
    count();
  });
}

// Sums are worked out anew from the first change on; until then those of the server stand.
let started = false;

function put(cell, text) {
  if (!isOpen(cell) || cell.value === text) return;
  cell.value = text;
  started = true;
  follow();
}

// --- Where one is, and what is marked ---

let anchor = null;
let head = null;

function marked() {
  const rows = grid();
  if (!anchor || !head) return [];
  const [[row, column], [toRow, toColumn]] = [placeOf(anchor, rows), placeOf(head, rows)];
  return rows
    .slice(Math.min(row, toRow), Math.max(row, toRow) + 1)
    .map((each) => each.slice(Math.min(column, toColumn), Math.max(column, toColumn) + 1));
}

function show() {
  for (const each of document.querySelectorAll(".sheet-cell[data-marked]")) each.removeAttribute("data-marked");
  const block = marked();
  if (block.flat().filter(Boolean).length < 2) return;
  for (const each of block.flat()) each?.setAttribute("data-marked", "");
}

function step(cell, down, right) {
  const rows = grid();
  let [row, column] = placeOf(cell, rows);
  do {
    row += down;
    column += right;
  } while (rows[row] && column >= 0 && column < rows[row].length && !rows[row][column]);
  return rows[row]?.[column];
}

function go(cell) {
  if (!cell) return;
  anchor = head = cell;
  cell.focus();
  cell.select();
  show();
}

function reach(down, right) {
  const next = step(head, down, right);
  if (!next) return;
  head = next;
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
  show();
}

// --- Blocks ---

function fill(down) {
  const block = marked();
  if (!block.length) return;
  const isOne = block.flat().filter(Boolean).length < 2;
  if (isOne) {
    // Without a mark: from the cell before this one, as spreadsheets do.
    const from = step(anchor, down ? -1 : 0, down ? 0 : -1);
    if (from) put(anchor, from.value);
    return;
  }
  for (const [at, row] of block.entries()) {
    for (const [column, cell] of row.entries()) {
      const from = down ? block[0][column] : row[0];
      if (cell && from && (down ? at : column)) put(cell, from.value);
    }
  }
}

// The buttons need no mark: they fill everything below, or to the right of, the cell one was in.
function fillAll(down) {
  const from = anchor;
  if (!from) return;
  if (marked().flat().filter(Boolean).length > 1) return fill(down);
  for (let cell = step(from, down ? 1 : 0, down ? 0 : 1); cell; cell = step(cell, down ? 1 : 0, down ? 0 : 1)) put(cell, from.value);
}

function paste(cell, text) {
  const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const rows = grid();
  const [row, column] = placeOf(cell, rows);
  // One value for all that is marked.
  if (lines.length === 1 && lines[0].length === 1) {
    for (const each of marked().flat()) if (each) put(each, lines[0][0].trim());
    return;
  }
  for (const [at, line] of lines.entries()) {
    for (const [right, value] of line.entries()) {
      const there = rows[row + at]?.[column + right];
      if (there) put(there, value.trim());
    }
  }
  head = rows[Math.min(row + lines.length, rows.length) - 1]?.[column + lines[0].length - 1] ?? cell;
  show();
}

function copied() {
  return marked().map((row) => [...row].map((cell) => cell?.value ?? "").join("\t")).join("\n");
}

// --- Keys ---

const atEdge = (cell, start) => cell.selectionStart === cell.selectionEnd ? cell.selectionStart === (start ? 0 : cell.value.length) : cell.selectionEnd - cell.selectionStart === cell.value.length;
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-goal-sheet] .sheet-cell");
  if (!cell) return;
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) reach(...arrow);
  else if (arrow && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (arrow[1] && !atEdge(cell, arrow[1] < 0)) return;
    go(step(cell, ...arrow));
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) go(step(cell, event.shiftKey ? -1 : 1, 0) ?? cell);
  else if (event.key === "Escape") put(cell, cell.defaultValue);
  else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d") fill(true);
  else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "r" && !event.shiftKey) fill(false);
  else if (["Delete", "Backspace"].includes(event.key) && marked().flat().filter(Boolean).length > 1) {
    for (const each of marked().flat()) if (each) put(each, "");
  } else return;
  event.preventDefault();
});

addEventListener("focusin", (event) => {
  const cell = event.target.closest?.("[data-goal-sheet] .sheet-cell");
  if (!cell || cell === head) return;
  anchor = head = cell;
  cell.select();
  show();
});

addEventListener("pointerdown", (event) => {
  const cell = event.target.closest?.("[data-goal-sheet] .sheet-cell");
  if (!cell || !event.shiftKey || !anchor) return;
  event.preventDefault();
  head = cell;
  show();
});

addEventListener("input", (event) => {
  if (!event.target.closest?.("[data-goal-sheet] .sheet-cell")) return;
  started = true;
  follow();
});

addEventListener("paste", (event) => {
  const cell = event.target.closest?.("[data-goal-sheet] .sheet-cell");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const isBlock = /[\t\n]/.test(text.trim()) || marked().flat().filter(Boolean).length > 1;
  if (!cell || !isBlock) return;
  event.preventDefault();
  paste(cell, text);
});

addEventListener("copy", (event) => {
  const cell = event.target.closest?.("[data-goal-sheet] .sheet-cell");
  if (!cell || marked().flat().filter(Boolean).length < 2) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", copied());
});

addEventListener("click", (event) => {
  if (event.target.closest?.("[data-fill-down]")) fillAll(true);
  if (event.target.closest?.("[data-fill-right]")) fillAll(false);
});

// What a sheet's people on other pages come to: the difference between the sums it came with and its own.
function rest() {
  const totals = new Map();
  const all = cells();
  for (const cell of all) {
    for (const team of cell.dataset.teams.split(" ")) {
      for (const key of [`${team}:${cell.dataset.column}`, `${team}:all`]) totals.set(key, (totals.get(key) ?? 0) + valueOf(cell));
    }
  }
  const most = Math.max(...all.map(columnOf));
  for (const each of document.querySelectorAll(".sheet-sum[data-plain]")) {
    const at = Number(each.dataset.column);
    each.rest = Number(each.dataset.plain) - (totals.get(`${each.dataset.team}:${at > most ? "all" : at}`) ?? 0);
  }
}
if (sheet()) rest();
count();
