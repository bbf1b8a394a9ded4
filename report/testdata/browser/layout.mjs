// Looks at reports as people do, at every width that they read at and on paper.
// The argument names a file with the pages: see TestLayout in
// report/browser_layout_test.go. Findings go to standard output, as JSON.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const axeSource = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const findings = [];
const browser = await chromium.launch({
  executablePath: plan.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const paper = 1047; // pixels on A4 landscape, within the margins

// look runs in the page and returns what is wrong, by the name of the check.
function look({ media, width }) {
  const found = {};
  const shown = (e) => e.checkVisibility() && e.getBoundingClientRect().right > 0;
  const add = (check, ...what) => { (found[check] ??= new Set()).add(what.join(' ').replace(/\s+/g, ' ').slice(0, 80)); };
  const seen = (check) => { found['seen ' + check] = true; };
  const nameOf = (table) => table.className || table.closest('details')?.id || 'table';
  const lineBoxes = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size;
  };

  if (document.documentElement.scrollWidth > innerWidth && media === 'screen') add('fits', 'the page is', document.documentElement.scrollWidth, 'wide');
  for (const table of document.querySelectorAll('main table')) {
    if (!shown(table)) continue;
    const isTable = shown(table.tHead);
    const box = table.parentElement.getBoundingClientRect();
    if (table.getBoundingClientRect().right > box.right + 1) add('fits', nameOf(table), 'is cut off');
    if (isTable && table.getBoundingClientRect().width < box.width - 2) add('width', nameOf(table), 'leaves space');
    if (media === 'print' && !isTable) add('print', nameOf(table), 'has cards');

    const rows = [...table.tBodies].flatMap((b) => [...b.rows]).filter((r) => !r.matches('.section'));
    [...table.tHead.rows[0].cells].forEach((h, i) => {
      const filled = rows.filter((r) => r.cells[i]?.textContent.trim() && !r.cells[i].matches('.none')).length;
      if (filled === 0) add('columns', nameOf(table), h.textContent, 'is empty');
      if (!/\bc-(services|direction|configurable|firewall)\b/.test(h.className) || table.dataset.chosen) return;
      seen('columns');
      const says = rows.filter((r) => !['', 'Not stated', '記載なし'].includes(r.cells[i].innerText.trim().replace('†', ''))).length;
      if (says * 8 < rows.length) add('columns', nameOf(table), h.textContent, 'says something in', says, 'of', rows.length);
    });

    if (isTable && media === 'screen' && rows.length > 3) {
      const row = rows[rows.length >> 1];
      row.scrollIntoView({ block: 'start' });
      const top = table.tHead.querySelector('th').getBoundingClientRect().top;
      seen('sticky');
      if (top < -1 || top > row.getBoundingClientRect().bottom) add('sticky', nameOf(table));
    }

    for (const cell of table.querySelectorAll('td, th')) {
      if (!shown(cell)) continue;
      const style = getComputedStyle(cell);
      const rect = cell.getBoundingClientRect();
      const label = getComputedStyle(cell, '::before');
      const labeled = cell.tagName === 'TD' && label.content !== 'none';
      if (media === 'print' && labeled) add('print', 'a label before', cell.textContent);
      const range = document.createRange();
      range.selectNodeContents(cell);
      const text = range.getBoundingClientRect();
      if (!isTable && cell.tagName === 'TD') {
        seen('cards');
        if (cell.matches('.none')) add('cards', 'a cell that says none in', nameOf(table));
        if (!cell.textContent.trim()) add('cards', 'an empty cell of', nameOf(table));
        if (!labeled) add('cards', 'no label before', cell.textContent);
        const high = Math.max(text.height, parseFloat(label.height) || 0);
        if (parseFloat(label.height) > rect.height) add('cards', 'the label runs out of', cell.textContent);
        const row = [...cell.parentElement.cells].filter((c) => c !== cell && shown(c) && Math.abs(c.getBoundingClientRect().top - rect.top) < 2);
        if (row.length === 0 && rect.height > high + 24) add('cards', 'empty height below', cell.textContent);
      }
      if (isTable && text.height / parseFloat(style.lineHeight) > 4.5 && rect.width < 4.5 * parseFloat(style.fontSize) && !/\bc-id\b/.test(cell.className)) add('narrow', nameOf(table), cell.textContent);
      const left = rect.left + parseFloat(style.paddingLeft) - 1;
      for (const a of cell.querySelectorAll('a, div')) if (a.checkVisibility() && a.getBoundingClientRect().left < left) add('strayed', cell.textContent);
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.parentElement.checkVisibility()) continue;
        for (const m of node.data.matchAll(/[A-Za-z0-9]+(['’][A-Za-z]+)?/g)) {
          if (m[0].length < 18 && lineBoxes(node, m.index, m.index + m[0].length) > 1) add('words', m[0]);
        }
      }
    }
  }

  for (const figure of document.querySelectorAll('figure')) {
    const svg = figure.querySelector('svg');
    if (!svg || !shown(figure)) continue;
    seen('drawings');
    const natural = svg.viewBox.baseVal.width;
    const { width: drawn, height } = svg.getBoundingClientRect();
    if (media === 'screen' && drawn < natural * 0.69) add('drawings', natural, 'pixels on', drawn);
    if (media === 'screen' && drawn > figure.clientWidth + 1 && (natural * 0.71 < figure.clientWidth || getComputedStyle(figure).overflowX !== 'auto' || getComputedStyle(figure).backgroundImage === 'none')) add('drawings', 'cut off at', figure.clientWidth, 'of', drawn);
    if (media === 'print' && (drawn > figure.clientWidth + 1 || height > 700 && !figure.matches('.tall') || figure.matches('.tall') && drawn < natural * 0.55)) add('drawings', 'on paper', drawn, 'x', height, 'of', natural);
    if (media === 'print' && figure.closest('details').querySelector('summary').checkVisibility()) add('print', 'the title of a drawing twice');
  }
  const controls = [...document.querySelectorAll('.filters input, .filters select, .filters button')].filter(shown);
  if (media === 'screen' && width >= 768 && new Set(controls.map((c) => Math.round(c.getBoundingClientRect().height))).size > 1) add('controls', 'of different heights');
  if (media === 'print') {
    for (const e of document.querySelectorAll('nav, .filters, .switches, footer')) if (e.checkVisibility()) add('print', e.className || e.tagName);
    for (const a of document.querySelectorAll('.sources a')) if (!getComputedStyle(a, '::after').content.includes(a.getAttribute('href'))) add('print', 'no address of', a.textContent);
    for (const h of document.querySelectorAll('thead')) if (getComputedStyle(h).display !== 'table-header-group' || getComputedStyle(h.querySelector('th')).position !== 'static') add('print', 'a header is not repeated');
  }
  return Object.fromEntries(Object.entries(found).map(([k, v]) => [k, v === true ? [] : [...v].slice(0, 5)]));
}

// inColors returns pairs of colors in diagrams that are too much alike: words
// need a contrast of 4.5, lines one of 3.
function inColors() {
  const probe = document.body.appendChild(document.createElement('i'));
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const luminance = (name) => {
    probe.style.color = `var(${name})`;
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const list = [];
  for (const [one, other, least] of [
    ['--pb-ink', '--pb-paper', 4.5], ['--pb-ink', '--pb-node', 4.5], ['--pb-ink', '--pb-outside', 4.5], ['--pb-ink', '--pb-cluster', 4.5], ['--pb-muted', '--pb-cluster', 4.5],
    ['--pb-muted', '--pb-paper', 4.5], ['--pb-line', '--pb-paper', 3], ['--pb-line', '--pb-cluster', 3], ['--pb-node-line', '--pb-node', 3], ['--pb-outside-line', '--pb-outside', 3],
  ]) {
    const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < least) list.push(`${one} on ${other}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  probe.remove();
  return list;
}

function report(page, where, found) {
  for (const [check, what] of Object.entries(found)) findings.push({ page, where, check, what });
}

// A busy machine is slow, not wrong: nothing here has a time limit.
async function open(address, options) {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(0);
  await page.goto(address);
  return page;
}

for (const { name, file, scheme } of plan.pages) {
  const address = pathToFileURL(file).href;
  for (const width of plan.widths) {
    const page = await open(address, { viewport: { width, height: 900 } });
    await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
    report(name, `${width} pixels`, await page.evaluate(look, { media: 'screen', width }));
    await page.close();
  }
  const page = await open(address, { viewport: { width: paper, height: 700 } });
  await page.emulateMedia({ media: 'print' });
  report(name, 'paper', await page.evaluate(look, { media: 'print', width: paper }));
  await page.close();
  for (const colorScheme of ['light', 'dark']) {
    const page = await open(address, { viewport: { width: 1366, height: 900 }, colorScheme, bypassCSP: true });
    report(name, colorScheme, { contrast: await page.evaluate(inColors) });
    if (!scheme) { await page.close(); continue; }
    await page.evaluate(axeSource);
    const { violations, passes } = await page.evaluate(() => axe.run(document, { runOnly: ['color-contrast'] }));
    if (passes.length === 0) report(name, colorScheme, { contrast: ['axe-core looks at nothing'] });
    for (const v of violations) report(name, colorScheme, { contrast: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 100)) });
    await page.close();
  }
}
await browser.close();
console.log(JSON.stringify(findings));
