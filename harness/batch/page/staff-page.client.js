{
  const form = document.querySelector('.decide form');
  const folder = location.pathname.replace(/\/students\/[^/]*\/[^/]*$/, '');
  const STORE = `socket-grader decisions ${folder}`;
  const COLUMNS = ['student', 'scenario', 'points', 'comment', 'by', 'at', 'basis', 'note'];
  // A browser may keep nothing for pages from files.
  const stored = (name) => {
    try {
      return localStorage.getItem(name) ?? '';
    } catch {
      return '';
    }
  };
  const store = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {}
  };
  const decided = () => {
    try {
      return JSON.parse(stored(STORE) || '[]');
    } catch {
      return [];
    }
  };
  const typedIn = (item, selector) => item.querySelector(selector)?.value.replace(/\s+/g, ' ').trim() ?? '';
  const problemOf = (text, most) => {
    if (text === '') return '';
    const points = /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
    return points <= most ? '' : `Give a number from 0 to ${most}.`;
  };
  const check = (input) => {
    const problem = problemOf(input.value.trim(), Number(input.dataset.most));
    input.setCustomValidity(problem);
    input.toggleAttribute('aria-invalid', problem !== '');
  };
  const lineOf = (item, by) => {
    const { key, by: oldBy, at: oldAt, points: oldPoints, comment: oldComment, old } = item.dataset;
    const again = item.querySelector('select')?.value === 'same' ? JSON.parse(old) : undefined;
    const points = typedIn(item, '.points input') || again?.points || '';
    const comment = typedIn(item, '.comment') || again?.comment || '';
    const note = key === 'total' ? typedIn(form, '#note') : '';
    if (points === '' && comment === '' && note === '') return [];
    const isOld = !again && points === oldPoints && comment === oldComment;
    const [who, when] = isOld ? [oldBy, oldAt] : [by, new Date().toISOString()];
    return [[form.dataset.id, key, points, comment, who, when, form.dataset.basis, note]];
  };
  // Spreadsheets would run it as a formula.
  const cell = (text) => {
    const safe = /^[\s"]*[=+\-@]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text) ? `'${text}` : text;
    return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const download = (lines) => {
    const text = `\ufeff${[COLUMNS, ...lines].map((line) => line.map(cell).join(',')).join('\n')}\n`;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = 'overrides.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  if (form)
    for (const input of form.querySelectorAll('.points input'))
      input.addEventListener('input', () => check(input));
  if (form && location.protocol === 'file:') {
    form.hidden = false;
    document.querySelector('.decide .offline').hidden = true;
    const by = form.querySelector('#by');
    by.value = stored('socket-grader name');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      store('socket-grader name', by.value);
      const own = [...form.querySelectorAll('.item')].flatMap((item) => lineOf(item, by.value.trim()));
      const lines = [...decided().filter(([student]) => student !== form.dataset.id), ...own];
      store(STORE, JSON.stringify(lines));
      download(lines);
    });
  }
  const jump = {
    j: () => document.querySelector('.staffbar [rel=next]')?.click(),
    k: () => document.querySelector('.staffbar [rel=prev]')?.click(),
    o: () => document.querySelector('.staffbar a')?.click(),
    d: () => {
      if (!form) return;
      form.closest('details').open = true;
      form.querySelector('input:not([type=hidden])').focus();
    },
    s: () => document.getElementById('source')?.focus(),
  };
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea'))
      return;
    if (!Object.hasOwn(jump, event.key)) return;
    event.preventDefault();
    jump[event.key]();
  });
}
