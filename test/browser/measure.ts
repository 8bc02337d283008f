/**
 * What is measured within the page. The functions run there, so they refer to nothing outside of them; they are given
 * as text, because the test runner's transform may put references into a function.
 */

/** Elements that stick out of the page, and pairs of texts that lie on each other. On a phone, heads of tables are for screen readers only. */
export const LAYOUT = `(() => {
  const name = (element) => element.tagName.toLowerCase() + '.' + (element.getAttribute('class') ?? '') + ' "' + element.textContent.trim().slice(0, 40) + '"';
  const width = document.documentElement.clientWidth;
  const isHidden = (element) => element.closest('thead') !== null && getComputedStyle(element.closest('thead')).position === 'absolute';
  const seen = [...document.body.querySelectorAll('*')].filter((element) => {
    if (!element.checkVisibility()) return false;
    const box = element.getBoundingClientRect();
    return !isHidden(element) && box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== 'hidden';
  });
  const outside = seen.filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return left < -0.5 || right > width + 0.5;
  });
  // What cuts its content off would hide it, as there is nothing to scroll.
  const clipped = seen.filter((element) => {
    const { overflowX } = getComputedStyle(element);
    return overflowX !== 'visible' && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
  });
  const texts = [...document.querySelectorAll('h1,h2,h3,h4,p,dt,dd,th,td,pre,li,nav a,.status,.badge,.points,.where,summary,svg text')]
    .filter((element) => !isHidden(element) && element.textContent.trim() !== '' && !element.querySelector('p,pre,li,dt,h1,h2,h3,h4,.status,.points'))
    .filter((element) => element.checkVisibility())
    // Words in a line may go on in the next: each of their boxes is compared by itself.
    .flatMap((element) => [...element.getClientRects()].map((box) => ({ element, box })))
    .filter(({ box }) => box.width > 0 && box.height > 0)
    .sort((a, b) => a.box.top - b.box.top);
  const overlaps = [];
  texts.forEach(({ element, box }, index) => {
    for (let next = index + 1; next < texts.length && texts[next].box.top < box.bottom - 2; next++) {
      const other = texts[next];
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - other.box.top;
      const nested = element === other.element || element.contains(other.element) || other.element.contains(element);
      if (!nested && across > 2 && down > 2) overlaps.push(name(element) + ' on ' + name(other.element));
    }
  });
  return {
    scrolls: document.documentElement.scrollWidth > width,
    outside: outside.map(name),
    clipped: clipped.map(name),
    overlaps,
    texts: texts.length,
  };
})()`;

export interface Layout {
  scrolls: boolean;
  outside: string[];
  clipped: string[];
  overlaps: string[];
  /** How many texts were compared. */
  texts: number;
}

/** Texts whose contrast with what is behind them is less than WCAG 2.2 AA asks for. */
export const CONTRAST = `(() => {
  const channels = (color) => {
    const parts = color.match(/[\\d.]+/g).map(Number);
    return parts.length === 3 ? [...parts, 1] : parts;
  };
  const luminance = (color) => {
    const [r, g, b] = channels(color).slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (channels(color)[3] === 1) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const weak = [];
  let measured = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element.checkVisibility() || node.textContent.trim() === '' || ['TITLE', 'DESC'].includes(element.tagName.toUpperCase())) continue;
    const style = getComputedStyle(element);
    const inSvg = element.closest('svg') !== null;
    const ink = inSvg ? style.fill : style.color;
    const paper = element.classList.contains('label') ? getComputedStyle(document.querySelector('.bar .segment')).fill : behind(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(ink, paper);
    measured++;
    if (found < (large ? 3 : 4.5)) weak.push(found.toFixed(2) + ' ' + ink + ' on ' + paper + ': ' + node.textContent.trim().slice(0, 40));
  }
  // Drawn lines and marks need 3 to 1.
  for (const mark of document.querySelectorAll('.mark,.segment,.box,.strip .rail,.strip .guess')) {
    const style = getComputedStyle(mark);
    const ink = mark.closest('svg') ? (style.stroke === 'none' ? style.fill : style.stroke) : style.borderTopColor;
    measured++;
    if (ratio(ink, behind(document.body)) < 3) weak.push('drawn ' + ratio(ink, behind(document.body)).toFixed(2) + ' ' + mark.getAttribute('class'));
  }
  return { weak: [...new Set(weak)], measured, page: behind(document.body) };
})()`;

export interface Contrast {
  weak: string[];
  measured: number;
  /** The page's background. */
  page: string;
}

/** Every element with its attributes' names; every link; and what a handler or address could run. */
export const CONTENT = `(() => {
  const all = [...document.querySelectorAll('*')];
  return {
    elements: [...new Set(all.map((element) => element.tagName.toLowerCase()))].sort(),
    attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))].sort(),
    links: [...new Set(all.flatMap((element) => ['href', 'src', 'action', 'xlink:href'].flatMap((name) => element.getAttribute(name) ?? [])))],
    comments: document.createNodeIterator(document, NodeFilter.SHOW_COMMENT).nextNode() !== null,
    pwned: 'pwned' in window,
    count: all.length,
  };
})()`;

export interface Content {
  elements: string[];
  attributes: string[];
  links: string[];
  comments: boolean;
  /** A payload ran. */
  pwned: boolean;
  count: number;
}

/** What a screen reader goes by. */
export const STRUCTURE = `(() => {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const named = (element) => (element.getAttribute('aria-labelledby') ?? '').split(' ').every((id) => document.getElementById(id)?.textContent.trim());
  return {
    headings: [...document.querySelectorAll('h1,h2,h3,h4')].map(({ tagName }) => Number(tagName[1])),
    landmarks: ['header', 'nav', 'main', 'footer'].filter((name) => document.querySelector('body > .wrap > ' + name)),
    unnamed: [...document.querySelectorAll('section,svg[role=img]')].filter((element) => !element.hasAttribute('aria-labelledby') || !named(element)).map(({ tagName }) => tagName),
    drawings: [...document.querySelectorAll('svg')].filter((svg) => !svg.closest('[aria-hidden=true]') && !svg.closest('[role=img]')).length,
    tables: [...document.querySelectorAll('table')].filter((table) => !table.getAttribute('aria-label') || [...table.querySelectorAll('thead th')].some((cell) => cell.getAttribute('scope') !== 'col') || !table.querySelector('thead th')).length,
    duplicates: ids.filter((id, index) => ids.indexOf(id) !== index),
    ambiguous: [...new Set([...document.querySelectorAll('main a, footer a')].filter((link, _, all) => all.some((other) => other.textContent === link.textContent && other.getAttribute('href') !== link.getAttribute('href'))).map((link) => link.textContent))],
    broken: [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href').slice(1)).filter((id) => !ids.includes(id)),
    language: document.documentElement.lang,
    title: document.title,
  };
})()`;

export interface Structure {
  headings: number[];
  landmarks: string[];
  /** Sections and drawings without a name. */
  unnamed: string[];
  /** Drawings neither named nor hidden from screen readers. */
  drawings: number;
  /** Tables without a name, or with headers that do not say what they head. */
  tables: number;
  duplicates: string[];
  /** Texts of links that lead to more than one place. */
  ambiguous: string[];
  /** Links to places that are not there. */
  broken: string[];
  language: string;
  title: string;
}

/** In pixels from the top of the page; how much folds show; and what does not come in the order of the document. */
export const PLACES = `(() => {
  const top = (id) => document.getElementById(id)?.getBoundingClientRect().top;
  const folds = [...document.querySelectorAll('.fold')];
  const texts = [...document.querySelectorAll('h1,h2,main p,main li,main dt,main dd,main pre,summary,footer p')]
    .filter((element) => element.checkVisibility() && !element.closest('.chain,table'));
  const name = (element) => element.tagName.toLowerCase() + ' ' + element.textContent.trim().slice(0, 40);
  const unordered = texts.filter((element, index) => index > 0 && element.getBoundingClientRect().top < texts[index - 1].getBoundingClientRect().top - 1);
  const steps = [...document.querySelectorAll('#next .steps > li')].map((step) => ({ word: step.textContent.trim().split(/[ :.,]/)[0], bottom: step.querySelector('p').getBoundingClientRect().bottom }));
  return { next: top('next'), steps, evidence: top('evidence'), folds: folds.length, shown: folds.filter((fold) => fold.checkVisibility()).length, unordered: unordered.map(name) };
})()`;

export interface Places {
  /** Where "What to do now" begins. */
  next: number;
  /** The first word of each step, and where its sentence ends. */
  steps: { word: string; bottom: number }[];
  /** Where the evidence begins; none in the report of a playbook. */
  evidence?: number;
  folds: number;
  /** Folds whose content can be read. */
  shown: number;
  /** Texts that stand above what comes before them in the document. */
  unordered: string[];
}

/** Opens every fold. */
export const UNFOLD = `document.querySelectorAll('details').forEach((fold) => { fold.open = true; })`;
