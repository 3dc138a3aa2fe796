/** How the overview looks, on a screen and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1d2129; --soft: #5c6470; --rule: #e3e6ea; --ground: #f6f7f9;
  --good: #17703a; --bad: #b3261e; --warn: #8a5300; --link: #1f5fbf; --badground: #fdf2f1; --warnground: #fdf6e7; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --fg: #e4e7eb; --soft: #9aa3af; --rule: #2b3038;
  --ground: #1c2026; --good: #62c98a; --bad: #ff8a80; --warn: #e8b458; --link: #8ab8ff; --badground: #2a1b1c;
  --warnground: #292214; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  "Noto Sans", "Liberation Sans", Arial, sans-serif; }
main { padding: 2rem 1.5rem 4rem; max-width: 90rem; margin: 0 auto; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; }
p { margin: .4rem 0; } .soft { color: var(--soft); }
.seen { color: var(--warn); font-weight: 400; } .paper { display: none; }
a { color: var(--link); } :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.p { color: var(--good); } .f { color: var(--bad); background: var(--badground); } .i { color: var(--warn);
  background: var(--warnground); } .s { color: var(--soft); }
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; vertical-align: bottom; } td, th { padding: .15rem .5rem;
  border-bottom: 1px solid var(--rule); } tbody td, tbody th { vertical-align: top; } thead th { white-space: nowrap; }
td.n, th.n { text-align: right; }
.matrix { table-layout: fixed; width: max-content; min-width: 100%; } 
.matrix td { white-space: nowrap; } .matrix td:first-child { overflow: hidden; text-overflow: ellipsis; }
.matrix td.p, .matrix td.f, .matrix td.i, .matrix td.s { text-align: center; padding: .15rem 0; }
.matrix thead th { position: sticky; top: 0; background: var(--bg); }
.matrix col.who { width: 17rem; } .matrix col.num { width: 5rem; } .matrix col.word { width: 8rem; } .matrix col.mark { width: 1.9rem; }
.matrix th.mark { padding: .15rem 0; text-align: center; } .matrix th.mark button, .matrix th.mark > span {
  writing-mode: vertical-rl; transform: rotate(180deg); max-height: 11rem; }
.scroll { overflow-x: auto; }
button, input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--rule); border-radius: 6px;
  padding: .15rem .55rem; } th button { border: 0; padding: 0; background: none; font-weight: 600; cursor: pointer; }
button[aria-pressed=true] { border-color: var(--link); color: var(--link); }
th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .6rem; }
.controls[hidden] { display: none; }
svg text { font-size: 11px; fill: var(--soft); } svg .bar { fill: var(--link); } svg .good { fill: var(--good); }
svg .bad { fill: var(--bad); } svg .warn { fill: var(--warn); } svg .none { fill: var(--rule); }
ul { margin: .3rem 0; padding-left: 1.2rem; }
@media print {
  :root { color-scheme: light; --bg: #fff; --fg: #000; --soft: #444; --rule: #bbb; --good: #0b5a2a; --bad: #9a1b14;
    --warn: #704300; --link: #000; --badground: #f7eeee; --warnground: #f7f2e6; }
  body { font-size: 8.5pt; } main { padding: 0; } .controls, .staff, .hid, .hidcol { display: none; }
  .paper { display: block; } .matrix thead th { position: static; } .scroll { overflow: visible; } tr { break-inside: avoid; }
  a { text-decoration: none; color: inherit; }
}
`;
