/** A mail as a mail program shows it: its subject, and its text as it was sent. */
import { html, htmlDocument, styleElement } from '../../functions/alert/report/html.ts';

const STYLE = `
body{margin:0;background:#fff;color:#1b2027;font:15px/1.5 system-ui,"DejaVu Sans",sans-serif}
header{padding:1rem 1.5rem;border-bottom:1px solid #dce0e5;background:#f6f7f9}
h1{margin:0;font-size:1.0625rem;font-weight:650}
p{margin:.25rem 0 0;font-size:.8125rem;color:#545d68}
pre{margin:0;padding:1rem 1.5rem;font:13px/1.5 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap}`;

/** @param mail as the local sender writes it: `Subject: …`, an empty line, and the text */
export function mailPage(mail: string): string {
  const [, subject = '', text = ''] = /^Subject: ([^\n]*)\n\n(.*)$/s.exec(mail) ?? [];
  const lines = text.split('\n').map((line) => html`${line}\n`);
  return htmlDocument(html`<html lang="en"><head><meta charset="utf-8"><title>${subject}</title>${styleElement(STYLE)}</head>
<body><header><h1>${subject}</h1><p>Namespace Sentinel, by Amazon SNS</p></header><pre>${lines}</pre></body></html>`);
}
