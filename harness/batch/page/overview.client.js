const body = document.querySelector('.matrix tbody');
const rows = [...body.rows];
const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const texts = rows.map((row) => plain(`${row.cells[0].textContent} ${row.dataset.more || ''}`));
const search = document.getElementById('search');
const filters = [...document.querySelectorAll('[data-filter]')];
const shown = document.getElementById('shown');
document.getElementById('controls').hidden = false;
const scenario = document.getElementById('scenario');
const outcome = document.getElementById('outcome');
const table = document.querySelector('.matrix');
/** Columns before those of the scenarios. */
const BEFORE = 3;
let wanted = 'all';
const apply = () => {
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  let count = 0;
  rows.forEach((row, at) => {
    const fits =
      (wanted === 'all' || row.dataset.is.split(' ').includes(wanted)) &&
      (scenario.value === '' ||
        row.cells[BEFORE + Number(scenario.value)].classList.contains(outcome.value)) &&
      words.every((w) => texts[at].includes(w));
    if (row.hidden === fits) row.hidden = !fits;
    if (fits) count += 1;
  });
  shown.textContent = count === rows.length ? '' : `${count} of ${rows.length}`;
};
search.addEventListener('input', apply);
scenario.addEventListener('change', apply);
outcome.addEventListener('change', apply);
const choose = (button) => {
  wanted = button.dataset.filter;
  for (const other of filters) other.setAttribute('aria-pressed', String(other === button));
  table.classList.toggle('reasons', wanted === 'person');
  table.classList.toggle('sayings', wanted === 'noted' || wanted === 'decided');
  apply();
};
for (const button of filters) button.addEventListener('click', () => choose(button));
const go = (row) => {
  const cell = row.cells[0];
  cell.tabIndex = -1;
  (row.querySelector('a') ?? cell).focus({ preventScroll: true });
  row.scrollIntoView({ block: 'center' });
};
const step = (by) => {
  const seen = [...body.rows].filter((row) => !row.hidden);
  const now = seen.indexOf(document.activeElement?.closest('.matrix tbody tr'));
  const next = now === -1 ? seen.at(by > 0 ? 0 : -1) : seen[now + by];
  if (next) go(next);
};
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest('input, select');
  if (event.key === 'Escape' && typing === search) {
    search.value = '';
    apply();
    search.blur();
  } else if (typing === search && (event.key === 'ArrowDown' || event.key === 'Enter')) step(1);
  else if (typing) return;
  else if (event.key === '/') search.focus();
  else if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
  else return;
  event.preventDefault();
});
const reveal = () => {
  const row = document.getElementById(location.hash.slice(1));
  if (row?.parentElement !== body) return;
  if (row.hidden) {
    search.value = '';
    scenario.value = '';
    choose(filters[0]);
  }
  go(row);
};
addEventListener('hashchange', reveal);
reveal();
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
/** While the batch runs the page is read again, unless somebody is at work in it. */
const AGAIN = 10_000;
if (document.getElementById('running'))
  setInterval(() => {
    const isPlain = search.value === '' && scenario.value === '' && wanted === 'all' && location.hash === '';
    if (isPlain && scrollY < 100 && !document.activeElement?.closest('.matrix, .controls')) location.reload();
  }, AGAIN);
