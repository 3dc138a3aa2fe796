const body = document.querySelector('.matrix tbody');
const rows = [...body.rows];
const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const texts = rows.map((row) => plain(`${row.cells[0].textContent} ${row.dataset.more || ''}`));
const search = document.getElementById('search');
const filters = [...document.querySelectorAll('[data-filter]')];
const shown = document.getElementById('shown');
document.getElementById('controls').hidden = false;
let wanted = 'all';
const apply = () => {
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  let count = 0;
  rows.forEach((row, at) => {
    const fits =
      (wanted === 'all' || row.dataset.is.split(' ').includes(wanted)) &&
      words.every((w) => texts[at].includes(w));
    if (row.hidden === fits) row.hidden = !fits;
    if (fits) count += 1;
  });
  shown.textContent = count === rows.length ? '' : `${count} of ${rows.length}`;
};
search.addEventListener('input', apply);
for (const button of filters)
  button.addEventListener('click', () => {
    wanted = button.dataset.filter;
    for (const other of filters) other.setAttribute('aria-pressed', String(other === button));
    apply();
  });
const heads = [...document.querySelectorAll('.matrix thead th')];
const value = (row, at) => {
  const cell = row.cells[at];
  if (cell.className && 'pfis'.includes(cell.className[0])) return 'fisp'.indexOf(cell.className[0]);
  if (cell.classList.contains('n')) return cell.textContent === '' ? -Infinity : parseFloat(cell.textContent);
  return cell.textContent;
};
heads.forEach((head, at) => {
  const button = head.querySelector('button');
  if (button)
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const keyed = rows.map((row, order) => ({ row, order, key: value(row, at) }));
      keyed.sort(
        (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (down ? -1 : 1) || a.order - b.order,
      );
      body.append(...keyed.map(({ row }) => row));
    });
});
