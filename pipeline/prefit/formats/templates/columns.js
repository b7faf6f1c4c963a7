// Search and sort the table of the columns. The page is complete without this script.
(() => {
  "use strict";
  const table = document.querySelector("table.columns");
  if (!table || table.tBodies[0].rows.length < 2) return;
  const rows = [...table.tBodies[0].rows];
  const search = document.querySelector("#search");
  const found = document.querySelector("#found");

  const look = () => {
    const wanted = search.value.trim().toLowerCase();
    let n = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      n += !row.hidden;
    }
    found.textContent = wanted ? `${n} of ${rows.length} columns` : "";
  };
  search.addEventListener("input", look);
  search.closest(".search").hidden = false;

  const key = (row, place) => {
    const cell = row.cells[place];
    if (place === 0) return row.querySelectorAll("th a").length;
    return cell.dataset.sort === undefined ? cell.textContent.trim().toLowerCase() : Number(cell.dataset.sort);
  };
  const order = (header, place) => {
    const before = header.getAttribute("aria-sort");
    const falls = before ? before === "ascending" : place !== 1;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", falls ? "descending" : "ascending");
    const keyed = rows.map((row, index) => [key(row, place), index, row]);
    keyed.sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : 0) * (falls ? -1 : 1) || i - j);
    table.tBodies[0].append(...keyed.map(([, , row]) => row));
  };
  [...table.tHead.rows[0].cells].forEach((header, place) => {
    if (!header.hasAttribute("data-sortable")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => order(header, place));
    header.append(button);
  });
})();
