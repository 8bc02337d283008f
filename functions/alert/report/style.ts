/**
 * The report's style sheet. One accent colour a severity; every pair of text and background has a contrast of at least
 * 4.5 to 1 (WCAG 2.2 AA) in light and dark, which a test measures. Distances are multiples of 0.25rem.
 */
import { createHash } from 'node:crypto';

const LIGHT = `
--page:#fff;--panel:#f6f7f9;--text:#1b2027;--muted:#545d68;--line:#dce0e5;--rail:#848d98;--code:#eef0f3;--link:#0b57a8;
--good:#1f6b3a;--bad:#a3142a;
--low:#2b6a4c;--medium:#8a5a00;--high:#b03a02;--critical:#a3122b;--unknown:#5a4aa8;--on:#fff;`;
const DARK = `
--page:#11151a;--panel:#181d23;--text:#e4e8ec;--muted:#a3adb8;--line:#2f3740;--rail:#7d8793;--code:#232a32;--link:#7db7f5;
--good:#6cc48e;--bad:#ff8c8c;
--low:#63bd91;--medium:#dcab46;--high:#f0924a;--critical:#ff8589;--unknown:#b0a4f5;--on:#14181d;`;

const BASE = `
:root{color-scheme:light dark;${LIGHT}
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;
--mono:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{${DARK}}}
.low{--accent:var(--low)}.medium{--accent:var(--medium)}.high{--accent:var(--high)}.critical{--accent:var(--critical)}
.unknown{--accent:var(--unknown)}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 var(--sans);overflow-wrap:anywhere;
border-top:6px solid var(--accent)}
h1,h2,h3,h4,p,dl,dd,ol,ul,pre,table{margin:0;padding:0}
h1{font-size:1.375rem;line-height:1.3;font-weight:650;text-wrap:pretty}
h2{font-size:1.125rem;line-height:1.35;font-weight:650;margin-bottom:.375rem}
h3{font-size:.9375rem;line-height:1.45;font-weight:650}
h4{font-size:.8125rem;font-weight:650;margin:1rem 0 .25rem;color:var(--muted)}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code{font:.86em/1.45 var(--mono);background:var(--code);padding:.06em 0;margin:0 .18em;box-shadow:.22em 0 var(--code),-.22em 0 var(--code);
border-radius:1px;box-decoration-break:clone;-webkit-box-decoration-break:clone}
pre{font:.8125rem/1.5 var(--mono);background:var(--code);border-radius:4px;padding:.375rem .75rem;margin-top:.375rem;
white-space:pre-wrap;overflow-wrap:anywhere}
.line{display:block;min-height:1.5em;user-select:all;-webkit-user-select:all}
.steps .line{padding-left:1rem;text-indent:-1rem}.steps .line+.line{margin-top:.25rem}
table{border-collapse:collapse;min-width:min(100%,26rem);max-width:100%;font-size:.8125rem}
th{overflow-wrap:normal;color:var(--muted);font-weight:600}
th,td{text-align:left;vertical-align:top;padding:.375rem 1.25rem .375rem 0;border-top:1px solid var(--line)}
thead th{border-top:0;padding-top:0}
th:last-child,td:last-child{padding-right:0}
td p+p{margin-top:.25rem}
svg{display:block;overflow:visible}`;

const PAGE = `
.wrap{display:grid;grid-template-columns:minmax(0,60rem) 11rem;column-gap:3rem;justify-content:center;padding:0 1.5rem}
header,main,footer{grid-column:1;min-width:0}
.wrap>nav{grid-column:2;grid-row:1/span 3;font-size:.8125rem}
nav ul{list-style:none;position:sticky;top:1.5rem;margin-top:1.5rem;border-left:1px solid var(--line);padding-left:1rem}
nav li+li{margin-top:.375rem}
nav a{color:var(--muted);text-decoration:none}nav a:hover{color:var(--link);text-decoration:underline}
.kicker{font-size:.8125rem;color:var(--muted);padding:1.25rem 0 .25rem}
.verdict{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .75rem;margin-top:.5rem}
.badge{background:var(--accent);color:var(--on);font-weight:700;font-size:.8125rem;letter-spacing:.04em;padding:.125rem .625rem;
border-radius:3px}
.points{font-weight:650}.instant{color:var(--muted);font-size:.875rem}
.notice{border-left:4px solid var(--accent);background:var(--panel);padding:.625rem 1rem;margin-top:.75rem}
section{margin-top:.75rem;padding-top:.75rem;border-top:1px solid var(--line)}
main>section:first-child{margin-top:1rem}
section>h3{margin-top:1.25rem}
.lead{color:var(--muted);font-size:.875rem;margin:0 0 .75rem}
.more,.source{font-size:.8125rem;color:var(--muted);margin-top:.375rem}
.plain{list-style:none;font-size:.875rem}
.plain li{padding:.25rem 0;border-top:1px solid var(--line)}.plain li:first-child{border-top:0;padding-top:0}
#new .lead{margin-bottom:.375rem}#new details{margin-top:0}
#new .plain{font-size:.9375rem;border-left:4px solid var(--accent);background:var(--panel);padding:.375rem 1rem}
#new .plain li{border:0;padding:.125rem 0}
.steps{padding-left:1.5rem;font-size:.9375rem}.steps>li{margin-top:.625rem}.steps>li:first-child{margin-top:0}.steps>li::marker{font-weight:650}
.steps p+p{margin-top:.25rem}
footer{margin:2rem 0;padding-top:1rem;border-top:1px solid var(--line);font-size:.8125rem;color:var(--muted)}
footer p+p,footer pre+p{margin-top:.25rem}`;

const FOLDS = `
details{margin-top:.5rem}
summary{display:grid;grid-template-columns:1rem auto;justify-content:start;align-items:baseline;cursor:pointer;font-size:.875rem;
color:var(--link);padding:.25rem 0;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"";width:.375rem;height:.375rem;border:solid var(--muted);border-width:1.5px 1.5px 0 0;transform:rotate(45deg)}
details[open]>summary::before{transform:rotate(135deg)}
.fold{padding:.25rem 0 .75rem 1rem}
.fold>h3{margin-top:.75rem}
#evidence details{margin:0;border-top:1px solid var(--line)}
#evidence summary{grid-template-columns:1rem 6.25rem 1fr;color:inherit;padding:.5rem 0}
#evidence summary .status{justify-self:start}
#evidence summary h3{font-weight:500}
#evidence details[open] h3{font-weight:650}
#evidence .fold{padding:0 0 1.5rem 7.25rem}
.fold .facts{margin-top:.75rem}`;

const PARTS = `
.groups{display:grid;grid-template-columns:1fr 1fr;gap:1rem 2.5rem}
.groups h3{margin-bottom:.25rem}
.facts{display:grid;grid-template-columns:minmax(5.5rem,max-content) 1fr;gap:.25rem 1rem;font-size:.8125rem}
.facts dt{color:var(--muted)}
.answers{display:grid;grid-template-columns:14rem 1fr;font-size:.8125rem}
.answers dt,.answers dd{padding:.375rem 0;border-top:1px solid var(--line)}
.answers dt{padding-right:1.5rem}
.answers dt span:first-child{display:block;font-weight:650;margin-bottom:.125rem}
.answers dd p+p{margin-top:.25rem}
.status{display:inline-block;font-size:.75rem;line-height:1.35;font-weight:650;border:1px solid currentColor;border-radius:3px;
padding:0 .375rem;white-space:nowrap}
.status.concern{background:var(--bad);border-color:var(--bad);color:var(--on)}
.status.noted{color:var(--text);border-color:var(--rail)}
.status.clear{color:var(--good)}
.status.open{color:var(--muted);border-style:dashed}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.8125rem;color:var(--muted);margin-bottom:.5rem}
.reasons{list-style:none}
.reasons li{display:grid;grid-template-columns:2.5rem 1fr auto;gap:0 .75rem;padding:.3125rem 0;border-top:1px solid var(--line);align-items:baseline}
.reasons li:first-child{border-top:0}
.reasons .points{font-variant-numeric:tabular-nums}
.reasons .where{font-size:.8125rem;color:var(--muted)}.where a+a{margin-left:.5rem}
.marked{width:100%}
.marked td:first-child{white-space:nowrap}.marked td:nth-child(2){min-width:6.5rem}
.bar,.strip{width:100%;margin-bottom:.75rem}
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
.events{list-style:none;font-size:.8125rem}
.events li{display:grid;grid-template-columns:1.5rem 12.5rem 1fr;gap:0 .75rem;position:relative;padding:.1875rem 0}
.events .rail{position:absolute;left:0;top:0;width:1.5rem;height:100%}
.events .rail line{stroke:var(--line);stroke-width:2}
.events .when{grid-column:2;font-variant-numeric:tabular-nums}
.events .when span,.events .what span{color:var(--muted);margin-left:.25rem}
.events .request .what{font-weight:650}.events .request .what span{font-weight:400}
.chain{list-style:none;display:flex;font-size:.8125rem}
.chain li{flex:1 1 0;min-width:0;display:flex;align-items:stretch}
.chain .arrow{flex:none;align-self:center;width:20px;height:12px}
.chain .arrow path{fill:none;stroke:var(--rail);stroke-width:1.8}
.box{flex:1 1 0;min-width:0;border:1px solid var(--rail);border-radius:4px;background:var(--panel);padding:.5rem .625rem}
.box p+p{margin-top:.125rem}.box .title{color:var(--muted);font-size:.75rem}
.box .title+p{font-weight:650}
.box.unknown{border-style:dashed;background:none;--accent:inherit}
.box.new{border:2px solid var(--accent)}.box.refused{border-color:var(--bad);border-width:2px}
.box .flag{color:var(--accent);font-weight:700;font-size:.75rem}.box.refused .flag{color:var(--bad)}
.contact{font-size:.875rem;margin:.125rem 0}`;

/** Between a phone and a desk the links to the sections stand in a row. */
const TABLET = `
@media screen and (max-width:72rem){
.wrap{grid-template-columns:minmax(0,60rem)}
.wrap>nav{grid-column:1;grid-row:auto}
nav ul{position:static;display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin-top:.75rem;border:0;padding:0}
nav li+li{margin:0}
}`;

const PHONE = `
@media screen and (max-width:45rem){
.wrap{padding:0 1rem}
.wrap>nav{display:none}
h1{font-size:1.25rem}
.reasons li{grid-template-columns:2.5rem 1fr}.reasons .where{grid-column:2}
.groups{grid-template-columns:1fr}
.facts{grid-template-columns:minmax(5.5rem,30%) 1fr;gap:.25rem .75rem}
.answers{display:block}.answers dt{padding:.625rem 0 .25rem}.answers dd{border-top:0;padding:0 0 .5rem}
.answers dt:first-of-type{border-top:0}
.events li{grid-template-columns:1.5rem 1fr}.events .when,.events .what{grid-column:2}
.chain,.chain li{flex-direction:column}.chain .arrow{transform:rotate(90deg);margin:4px 0}
.box{flex:none}
#evidence summary{grid-template-columns:1rem 1fr}#evidence summary .status,#evidence summary h3{grid-column:2}
#evidence .fold{padding-left:0}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.stack,.stack tbody,.stack tr,.stack td{display:block}.stack{min-width:0}
.stack tr{border-top:1px solid var(--line);padding:.5rem 0}.stack tr:first-child{border-top:0}
.stack td{border:0;padding:.125rem 0 .125rem 6rem;position:relative;min-height:1.5rem}
.stack td::before{content:attr(data-column);position:absolute;left:0;width:5.5rem;color:var(--muted);font-weight:400}
.steps{padding-left:1.25rem}
}`;

/** On paper everything is open: a fold's content shows whether or not it was opened. */
const PAPER = `
@media print{
:root{color-scheme:light;${LIGHT}}
@page{margin:14mm 12mm}
body{font-size:10pt;border-top-width:4px}
.wrap{display:block;padding:0 .25rem}
nav{display:none}
section{margin-top:1rem;padding-top:.75rem}
details::details-content{content-visibility:visible;display:block;height:auto}
.events:has(+details){display:none}
summary::before{display:none}summary,#evidence summary{display:flex;gap:.5rem;color:inherit;font-weight:650}#evidence summary h3{font-weight:650}
.fold,#evidence .fold{padding-left:0}
h2,h3,h4,summary{break-after:avoid}
tr,.box,.events li,.steps li,.plain li,.answers dd,.chain,.strip,.bar,.notice{break-inside:avoid}
pre{break-inside:avoid;border:1px solid var(--line)}
thead{display:table-header-group}
.badge,.status,.bar *,.strip *,.mark,pre,code,.box,body{print-color-adjust:exact;-webkit-print-color-adjust:exact}
a{color:inherit;text-decoration:none}
}
`;

/** Without `<`, which would end it early, and without anything from an alert. */
export const STYLE = [BASE, PAGE, FOLDS, PARTS, TABLET, PHONE, PAPER].join('');

/** For the content security policy: no other style than this. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
