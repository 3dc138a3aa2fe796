/** How the page looks: light and dark, on a desk, a phone and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1d2129; --soft: #5c6470; --rule: #e3e6ea; --ground: #f6f7f9;
  --good: #17703a; --bad: #b3261e; --warn: #8a5300; --link: #1f5fbf; --badground: #fdf2f1; --warnground: #fdf6e7;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --fg: #e4e7eb; --soft: #9aa3af; --rule: #2b3038;
  --ground: #1c2026; --good: #62c98a; --bad: #ff8a80; --warn: #e8b458; --link: #8ab8ff; --badground: #2a1b1c;
  --warnground: #292214; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI",
  Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1, h2, h3, h4, p, dl, dd, ul, ol, figure, pre { margin: 0; padding: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; font-weight: 680; text-wrap: balance; }
h2 { font-size: 1.15rem; font-weight: 650; letter-spacing: -.005em; }
h3 { display: inline; font-size: 1rem; font-weight: 600; }
h4 { font-size: .875rem; font-weight: 650; margin-bottom: .5rem; }
code, pre, .b { font-family: var(--mono); }
code { font-size: .875em; unicode-bidi: isolate; }
pre { font-size: .8125rem; line-height: 1.5; white-space: pre-wrap; unicode-bidi: isolate; background: var(--ground);
  border-radius: 6px; padding: .7rem .85rem; tab-size: 4; }
pre[tabindex] { max-height: 26rem; overflow: auto; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.soft { color: var(--soft); }
.pass { color: var(--good); } .fail { color: var(--bad); } .inconclusive { color: var(--warn); } .skip { color: var(--soft); }

header .who { color: var(--soft); margin-top: .5rem; }
header .cmd::before { content: " · "; }
.score { font-size: 1.25rem; margin-top: 1.4rem; }
.score strong { font-size: 2.75rem; line-height: 1; font-weight: 700; letter-spacing: -.03em; margin-right: .1em;
  font-variant-numeric: tabular-nums; }
.counts { color: var(--soft); margin-top: .35rem; font-variant-numeric: tabular-nums; }
.note { margin-top: 1rem; padding: .7rem .9rem; border-radius: 6px; background: var(--warnground); }
main > section, footer { margin-top: 2.5rem; }
.build h2 { margin-bottom: .9rem; }

.strip { list-style: none; display: flex; flex-wrap: wrap; gap: 5px; margin-top: 1.1rem; }
.strip a { display: block; min-width: 26px; height: 26px; line-height: 24px; border: 1px solid var(--rule); border-radius: 5px;
  text-align: center; text-decoration: none; font-size: .8125rem; }
.strip a.pass { color: var(--good); } .strip a.fail { color: var(--bad); background: var(--badground); border-color: currentColor; }
.strip a.inconclusive { color: var(--warn); background: var(--warnground); border-color: currentColor; } .strip a.skip { color: var(--soft); }
.strip a:hover { border-color: currentColor; } .strip .sign { width: auto; }
.sign { font-weight: 700; width: 1.1rem; display: inline-block; text-align: center; }

.bar { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between;
  margin-bottom: .6rem; }
.controls { display: flex; flex-wrap: wrap; gap: .4rem 1rem; } .controls[hidden] { display: none; }
.group { display: inline-flex; gap: .25rem; flex-wrap: wrap; }
button { font: inherit; font-size: .8125rem; line-height: 1.4; color: var(--soft); background: none; cursor: pointer;
  border: 1px solid transparent; border-radius: 5px; padding: .2rem .5rem; min-height: 1.75rem; }
button:hover { color: var(--fg); background: var(--ground); }
button[aria-pressed=true] { color: var(--fg); border-color: var(--rule); background: var(--ground); }

summary { cursor: pointer; }
.scenario { border-top: 1px solid var(--rule); color: var(--fg); }
.scenario:last-of-type { border-bottom: 1px solid var(--rule); }
.scenario > summary { list-style: none; padding: .7rem 0; }
.scenario > summary::-webkit-details-marker { display: none; }
.scenario > summary:hover h3 { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; }
.row { display: flex; align-items: baseline; gap: .5rem; }
.row .name { flex: 1; min-width: 0; }
.id { white-space: nowrap; color: var(--soft); margin-left: .35rem; }
.tag { font-size: .75rem; color: var(--soft); border: 1px solid var(--rule); border-radius: 99px; padding: 0 .5rem;
  white-space: nowrap; display: inline-block; margin-left: .35rem; }
.row .pts, .row .time { font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
.row .pts { min-width: 3.2rem; } .row .time { min-width: 3rem; color: var(--soft); }
.scenario:not([open]) h3 { font-weight: 450; }
.body { padding: .1rem 0 2rem 1.6rem; scroll-margin-top: 4rem; }
.part { margin-top: 1.75rem; }

.finding { border-left: 3px solid var(--bad); padding: .1rem 0 .1rem 1rem; margin-top: .4rem; }
.finding + .finding { margin-top: 1.25rem; }
.finding.unsure { border-color: var(--warn); }
.because { color: var(--warn); font-size: .9375rem; }
.summary { font-size: 1.0625rem; font-weight: 600; line-height: 1.45; margin-bottom: .6rem; }
dl > div { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0 .75rem; padding: .16rem 0; }
dt { color: var(--soft); font-size: .9375rem; }
dd { white-space: pre-wrap; unicode-bidi: isolate; }
dd ul { list-style: none; white-space: normal; } dd li { padding-bottom: .12rem; white-space: pre-wrap; unicode-bidi: isolate; }
.shell, .dump pre { white-space: pre; overflow-x: auto; }
.dump pre { white-space: pre; margin: .25rem 0; }

.ladder .scroll { overflow-x: auto; background: linear-gradient(90deg, transparent, var(--bg) 60%) right / 2rem 100% no-repeat local,
  linear-gradient(90deg, transparent, var(--rule)) right / .9rem 100% no-repeat scroll; }
.ladder svg { display: block; width: 100%; min-width: 25rem; max-width: 40rem; height: auto; }
.astext > summary, .run > summary { color: var(--soft); font-size: .875rem; padding: .3rem 0; width: fit-content; }
.run > summary { color: var(--fg); }
.trace { font-size: .875rem; list-style: none; margin-top: .25rem; unicode-bidi: isolate; }
.trace li { padding: .08rem 0; } .trace .st { color: var(--soft); margin-top: .4rem; } .trace .mu { color: var(--soft); }
.trace .bad { color: var(--bad); font-weight: 600; } .trace .warn { color: var(--warn); font-weight: 600; }
.tm { display: inline-block; min-width: 4.6rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.out { margin-bottom: .75rem; } figcaption { font-size: .8125rem; color: var(--soft); margin-bottom: .2rem; }
.about { max-width: 40rem; } .about p + p { margin-top: .5rem; } .refs { color: var(--soft); }
footer { border-top: 1px solid var(--rule); padding-top: 1.5rem; font-size: .875rem; }
footer h2 { font-size: .9375rem; margin-bottom: .4rem; } footer dt { font-size: .875rem; } footer dd { color: var(--soft); }
footer dl > div { grid-template-columns: 7rem minmax(0, 1fr); } footer .astext { margin-bottom: 1rem; }

svg text { font-size: 12.5px; fill: var(--fg); white-space: pre; unicode-bidi: isolate; direction: ltr;
  paint-order: stroke; stroke: var(--bg); stroke-width: 4px; stroke-linejoin: round; }
svg .on text { stroke: var(--badground); }
svg .c { text-anchor: middle; } svg .e { text-anchor: end; }
svg .h { fill: var(--soft); } svg .n, svg .b { font-size: 12px; } svg .b { fill: var(--fg); }
svg .t { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
svg .s, svg .w { fill: var(--soft); font-size: 11px; } svg .g { fill: var(--soft); font-style: italic; }
svg .k { fill: var(--soft); } svg .f { font-weight: 650; }
svg text.bad { fill: var(--bad); } svg text.warn { fill: var(--warn); }
svg .rule { stroke: var(--rule); } svg .rule.bad { stroke: var(--bad); stroke-opacity: .35; }
svg .band { fill: var(--badground); }
svg path { fill: none; stroke-width: 1.25; }
svg .life { stroke: var(--soft); stroke-opacity: .55; } svg .life.program { stroke-width: 3; stroke-linecap: round; }
svg .life.stopped { stroke-dasharray: 1 5; stroke-width: 3; stroke-linecap: round; }
svg .life.kernel { stroke: var(--rule); stroke-opacity: 1; }
svg .a { stroke: var(--fg); } svg .a.soft, svg .a.connect { stroke: var(--soft); }
svg .a.connect:not(.tip) { stroke-dasharray: 4 3; }
svg .a.bad, svg .m.bad, svg .m.exit { stroke: var(--bad); stroke-width: 1.75; }
svg .m { fill: var(--fg); } svg .m.exit, svg .m.error { fill: none; } svg .m.exit { stroke: var(--fg); }
svg .m.seen { fill: var(--bg); stroke: var(--soft); } svg .m.note { fill: var(--soft); }

@media (max-width: 40rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  header .cmd { display: block; } header .cmd::before { content: ""; }
  .row .time { display: none; }
  .row .id { display: block; margin-left: 0; width: fit-content; } .tag { margin-left: 0; }
  .body { padding-left: 0; }
  dl > div, footer dl > div { grid-template-columns: minmax(0, 1fr); padding: .2rem 0; }
  dt, footer dt { font-size: .8125rem; }
}
@media print {
  :root { color-scheme: light; --bg: #fff; --fg: #000; --soft: #444; --rule: #bbb; --ground: #f4f4f4; --good: #0b5a2a;
    --bad: #9a1b14; --warn: #704300; --link: #000; --badground: #f7eeee; --warnground: #f7f2e6; }
  @page { margin: 16mm 14mm; }
  html { font-size: 10pt; } main { max-width: none; padding: 0; }
  .controls, .astext:not([open]) { display: none; }
  pre, pre[tabindex] { max-height: none; overflow: visible; border: 1px solid var(--rule); }
  h2, h4, summary, .summary { break-after: avoid; } .finding, .about { break-inside: avoid; }
  .shell, .dump pre { white-space: pre-wrap; } .ladder .scroll { background: none; }
  .ladder svg { max-width: 140mm; }
  a[href^=http]::after { content: " (" attr(href) ")"; font-size: .85em; }
}
`;
