const scenarios = [...document.querySelectorAll('details.scenario')];
const filters = [...document.querySelectorAll('[data-filter]')];
document.getElementById('controls').hidden = false;
for (const button of filters)
  button.addEventListener('click', () => {
    const wanted = button.dataset.filter;
    for (const other of filters) other.setAttribute('aria-pressed', String(other === button));
    let shown = 0;
    for (const scenario of scenarios) {
      scenario.hidden = wanted !== 'all' && scenario.dataset.status !== wanted;
      if (!scenario.hidden) shown += 1;
    }
    document.getElementById('none').hidden = shown > 0;
  });
for (const button of document.querySelectorAll('[data-open]'))
  button.addEventListener('click', () => {
    for (const scenario of scenarios) if (!scenario.hidden) scenario.open = button.dataset.open === '1';
  });
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  const scenario = target?.closest('details.scenario');
  if (!scenario) return;
  if (scenario.hidden) filters[0].click();
  scenario.open = true;
  scenario.scrollIntoView();
  scenario.querySelector('summary').focus({ preventScroll: true });
};
addEventListener('hashchange', reveal);
for (const link of document.querySelectorAll('.strip a'))
  link.addEventListener('click', () => setTimeout(reveal));
