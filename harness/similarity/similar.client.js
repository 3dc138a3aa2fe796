/** What an address names is shown: a pair, or a stretch in one. */
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  const pair = target?.closest('details');
  if (!pair) return;
  pair.open = true;
  target.scrollIntoView({ block: target === pair ? 'start' : 'center' });
};
addEventListener('hashchange', reveal);
addEventListener('click', (event) => {
  // The same address once more is no change of it.
  if (event.target.closest('a')?.hash === location.hash) reveal();
});
addEventListener('beforeprint', () => {
  for (const pair of document.querySelectorAll('details')) pair.open = true;
});
reveal();
