/**
 * The report's style sheet. One accent colour a severity; every pair of text and background has a contrast of at least
 * 4.5 to 1 (WCAG 2.2 AA) in light and dark, which a test measures.
 */
import { createHash } from 'node:crypto';

const LIGHT = `
--page:#fff;--panel:#f5f6f8;--text:#1c2127;--muted:#555e69;--line:#d3d8de;--rail:#8a939e;--code:#f0f2f5;--link:#0b57a8;
--good:#1f6b3a;--bad:#a3142a;
--low:#2b6a4c;--medium:#8a5a00;--high:#b03a02;--critical:#a3122b;--unknown:#5a4aa8;--on:#fff;`;
const DARK = `
--page:#11151a;--panel:#191f26;--text:#e4e8ec;--muted:#a3adb8;--line:#343d47;--rail:#7d8793;--code:#232a32;--link:#7db7f5;
--good:#6cc48e;--bad:#ff8c8c;
--low:#63bd91;--medium:#dcab46;--high:#f0924a;--critical:#ff8589;--unknown:#b0a4f5;--on:#14181d;`;

/** Without `<`, which would end it early, and without anything from an alert. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;
--mono:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{${DARK}}}
.low{--accent:var(--low)}.medium{--accent:var(--medium)}.high{--accent:var(--high)}.critical{--accent:var(--critical)}
.unknown{--accent:var(--unknown)}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:.5rem}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 var(--sans);overflow-wrap:anywhere;
border-top:6px solid var(--accent)}
.wrap{max-width:58rem;margin:0 auto;padding:0 1.25rem}
h1,h2,h3,h4,p,dl,dd,ol,ul,pre,table{margin:0;padding:0}
h1{font-size:1.5rem;line-height:1.25;font-weight:650;margin:.25rem 0 .75rem}
h2{font-size:1.125rem;line-height:1.3;font-weight:650;margin:0 0 .25rem}
h3{font-size:.9375rem;line-height:1.4;font-weight:650}
section>h3{margin-top:1.25rem}
h1,h2,h3{text-wrap:balance}
h4{font-size:.8125rem;font-weight:650;margin:.75rem 0 .25rem;color:var(--muted)}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code{font:.86em/1.45 var(--mono);background:var(--code);padding:.06em 0;margin:0 .18em;box-shadow:.22em 0 var(--code),-.22em 0 var(--code);
border-radius:1px;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.kicker{font-size:.8125rem;color:var(--muted);letter-spacing:.02em;padding-top:1.25rem}
.lead{color:var(--muted);font-size:.875rem;margin:0 0 .75rem;max-width:46rem}
section{margin-top:2rem;padding-top:1.25rem;border-top:1px solid var(--line)}
header+nav{margin-top:1.25rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.125rem;font-size:.875rem}
.verdict{display:flex;flex-wrap:wrap;align-items:center;gap:.375rem .75rem;margin-bottom:1rem}
.badge{background:var(--accent);color:var(--on);font-weight:700;font-size:.8125rem;letter-spacing:.05em;padding:.15rem .6rem;
border-radius:3px}
.points{font-weight:650}
.notice{border-left:4px solid var(--accent);background:var(--panel);padding:.75rem 1rem;margin-bottom:1rem}
.notice ul{padding-left:1.25rem;margin:.35rem 0}
.facts{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.2rem 1rem;font-size:.875rem}
.facts dt{color:var(--muted)}
.facts.two dt:last-of-type:nth-of-type(odd)+dd{grid-column:2/-1}
.facts.two{grid-template-columns:minmax(6rem,max-content) 1fr minmax(6rem,max-content) 1fr}
.answers{display:grid;grid-template-columns:15rem 1fr;font-size:.875rem}
.answers dt,.answers dd{padding:.5rem 0;border-top:1px solid var(--line)}
.answers dt{padding-right:1.25rem}
.answers dt:first-of-type,.answers dd:first-of-type{border-top:0}
.answers dt span:first-child{display:block;font-weight:650}
.answers dd p+p{margin-top:.3rem}
.status{display:inline-block;font-size:.75rem;line-height:1.35;font-weight:650;border:1px solid currentColor;border-radius:3px;
padding:0 .4rem;white-space:nowrap;color:var(--muted)}
.status.found{color:var(--text)}.status.clear{color:var(--good)}.status.not-checked{border-style:dashed}.status.bad{color:var(--bad)}
.marked{width:100%}.marked td:first-child{white-space:nowrap}.marked td:nth-child(2){min-width:6.5rem}
svg{display:block;overflow:visible}
.bar,.strip{width:100%}
.bar text,.strip text{font:11px var(--sans);fill:var(--muted)}
.bar .segment{fill:var(--accent)}.bar .label{fill:var(--on);font-weight:700}
.bar .down{fill:none;stroke:var(--good);stroke-width:1.5;stroke-dasharray:4 2}.bar .down-label{fill:var(--good);font-weight:700}
.bar .open{fill:none;stroke:var(--rail);stroke-dasharray:2 3}
.bar .band{fill:var(--line)}.bar .band.low{fill:var(--low)}.bar .band.medium{fill:var(--medium)}
.bar .band.high{fill:var(--high)}.bar .band.critical{fill:var(--critical)}
.bar .here{fill:var(--text)}.bar .score{fill:var(--text);font-weight:700;font-size:12px}
.strip .rail{stroke:var(--rail);stroke-width:1.5}.strip .guess{stroke:var(--rail);stroke-width:1.5;stroke-dasharray:2 4}
.strip .now{stroke:var(--accent);stroke-width:1.5}.strip .tick{font-size:10px}.strip .name{fill:var(--text);font-weight:650}
.mark{fill:var(--page);stroke:var(--text);stroke-width:1.6}
.mark.refused{fill:none;stroke-width:2.4}.mark.grave{fill:var(--text)}.mark.request{fill:var(--accent);stroke:var(--accent)}
.scroll{margin:.75rem 0}
.events{list-style:none;margin-top:1rem;font-size:.875rem}
.events li{display:grid;grid-template-columns:1.5rem 9.5rem 1fr;gap:0 .75rem;position:relative;padding:.3rem 0}
.events .rail{position:absolute;left:0;top:0;width:1.5rem;height:100%}
.events .rail line{stroke:var(--line);stroke-width:2}
.events .when{grid-column:2;font-variant-numeric:tabular-nums}
.events .when span{display:block;color:var(--muted);font-size:.8125rem}
.events .what span{display:block;color:var(--muted);font-size:.8125rem}
.events .request .what{font-weight:650}.events .request .what span{font-weight:400}
.chain{list-style:none;display:flex;gap:0;margin-top:.75rem;font-size:.8125rem}
.chain li{flex:1 1 0;min-width:0;display:flex;align-items:stretch}
.chain .arrow{flex:none;align-self:center;width:20px;height:12px}
.chain .arrow path{fill:none;stroke:var(--rail);stroke-width:1.8}
.box{flex:1 1 0;min-width:0;border:1px solid var(--rail);border-radius:4px;background:var(--panel);padding:.5rem .625rem}
.box p+p{margin-top:.2rem}.box .title{color:var(--muted);font-size:.75rem}
.box .first{font-weight:650}
.box.unknown{border-style:dashed;background:none;--accent:inherit}
.box.new{border:2px solid var(--accent)}.box.refused{border-color:var(--bad);border-width:2px}
.box .flag{color:var(--accent);font-weight:700;font-size:.75rem}.box.refused .flag{color:var(--bad)}
table{border-collapse:collapse;min-width:min(100%,26rem);max-width:100%;font-size:.8125rem}
.reasons{width:100%}.reasons td:last-child{white-space:nowrap}
th{overflow-wrap:normal}
th,td{text-align:left;vertical-align:top;padding:.3rem 1.25rem .3rem 0;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--muted);font-weight:600}
th:last-child,td:last-child{padding-right:0}
td p+p{margin-top:.2rem}
.reasons td:nth-child(1),.reasons td:nth-child(2){font-weight:650;white-space:nowrap;font-variant-numeric:tabular-nums}
.contact{font-size:.875rem;margin:.15rem 0}
.more{font-size:.8125rem;color:var(--muted);margin-top:.25rem}
.steps{padding-left:1.5rem}.steps li{margin-top:.75rem}.steps li::marker{font-weight:650}
pre{font:.8125rem/1.5 var(--mono);background:var(--code);border-radius:4px;padding:.45rem .65rem;margin-top:.35rem;
white-space:pre-wrap;overflow-wrap:anywhere;user-select:all;-webkit-user-select:all}
.plain{list-style:none}.plain li{padding:.35rem 0;border-top:1px solid var(--line);font-size:.875rem}
.plain li:first-child{border-top:0}
article{margin-top:1.25rem;padding-top:1rem;border-top:1px solid var(--line)}
article:first-of-type{border-top:0;margin-top:.5rem}
article header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem .625rem}
article .summary{margin:.25rem 0 .5rem}
article .source{font-size:.8125rem;color:var(--muted);margin-top:.5rem}
article .facts{margin-top:.5rem}
footer{margin:2.5rem 0 2rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.8125rem;color:var(--muted)}
footer p+p{margin-top:.25rem}
@media screen and (max-width:45rem){
.facts.two dt:last-of-type:nth-of-type(odd)+dd{grid-column:auto}
.wrap{padding:0 .875rem}
h1{font-size:1.25rem}
.facts.two{grid-template-columns:minmax(6rem,max-content) 1fr}
.facts{grid-template-columns:minmax(6rem,38%) 1fr;gap:.2rem .75rem}
.answers{display:block}.answers dt{padding:.625rem 0 .125rem}.answers dd{border-top:0;padding:0 0 .5rem}
.events li{grid-template-columns:1.5rem 1fr}.events .when,.events .what{grid-column:2}.events .when span{display:inline}
.chain{flex-direction:column}.chain li{flex-direction:column}.chain .arrow{transform:rotate(90deg);margin:4px 0}
.box{flex:none}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.stack,.stack tbody,.stack tr,.stack td{display:block}.stack{min-width:0}
.stack tr{border-top:1px solid var(--line);padding:.4rem 0}
.stack td{border:0;padding:.05rem 0 .05rem 7rem;position:relative;min-height:1.35rem}
.stack td::before{content:attr(data-column);position:absolute;left:0;width:6.5rem;color:var(--muted)}
.steps{padding-left:1.25rem}
}
@media print{
:root{color-scheme:light;${LIGHT}}
@page{margin:14mm 12mm}
body{font-size:10pt;border-top-width:4px}
.wrap{max-width:none;padding:0 .3rem}
nav{display:none}
section{margin-top:1.1rem;padding-top:.8rem}
h2,h3,h4,article header{break-after:avoid}
tr,.box,.events li,.steps li,.plain li,.answers dd,.chain,.strip,.bar,.notice{break-inside:avoid}
pre{break-inside:avoid;border:1px solid var(--line)}
thead{display:table-header-group}
.badge,.bar *,.strip *,.mark,pre,code,.box,body{print-color-adjust:exact;-webkit-print-color-adjust:exact}
a{color:inherit;text-decoration:none}
}
`;

/** For the content security policy: no other style than this. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
