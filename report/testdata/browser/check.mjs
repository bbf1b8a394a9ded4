// Opens reports in a real browser and uses them as a reader would. The argument names a file with what the catalog expects:
// see TestBrowser in report/browser_test.go. Every failure is printed; any of them makes the exit status 1.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const axeSource = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
let failures = 0;

function check(condition, message) {
  if (condition) return;
  failures++;
  console.error('FAIL ' + message);
}

function equal(got, want, message) {
  check(JSON.stringify(got) === JSON.stringify(want), `${message}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

const browser = await chromium.launch({
  executablePath: plan.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// open loads a report and watches for what must never happen: errors, dialogs, requests.
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1500, height: 1000 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.setDefaultNavigationTimeout(0); // a busy machine is slow, not wrong
  const [path, hash] = file.split('#');
  const address = pathToFileURL(path).href;
  page.on('console', (m) => check(m.type() !== 'error', `${file}: console: ${m.text()}`));
  page.on('pageerror', (e) => check(false, `${file}: ${e.message}`));
  page.on('dialog', (d) => { check(false, `${file}: a dialog opens: ${d.message()}`); d.dismiss(); });
  page.on('request', (r) => check(r.url().split('#')[0] === address, `${file}: asks for ${r.url()}`));
  await page.goto(address + (hash ? '#' + hash : ''));
  return page;
}

// shownFlows returns the ids of the flows that have a visible row. Only the first row of a flow has its id.
const shownFlows = (page) => page.evaluate(() => {
  const rows = [...document.querySelectorAll('tr[data-f]')];
  const ids = new Map(rows.filter((r) => r.id).map((r) => [r.dataset.f, r.id]));
  return [...new Set(rows.filter((r) => r.checkVisibility()).map((r) => r.dataset.f))].map((f) => ids.get(f));
});
const counter = (page) => page.locator('.shown .n:visible').innerText();

async function searchAndFilter(page, report) {
  equal((await shownFlows(page)).length, report.flows, `${report.file}: rows at first`);
  for (const c of report.searches) {
    await page.fill('#search', c.text);
    equal((await shownFlows(page)).toSorted(), c.flows, `${report.file}: search for ${c.text}`);
    equal(await counter(page), String(c.flows.length), `${report.file}: counter of the search for ${c.text}`);
    equal(await page.locator('.no-row').isVisible(), c.flows.length === 0, `${report.file}: says that no row matches ${c.text}`);
  }
  await page.click('button[type=reset]');
  await page.waitForFunction((n) => document.querySelectorAll('tr[data-f]:not([hidden])').length === n, report.rows);
  for (const c of report.filters) {
    for (const [name, label] of Object.entries(c.choose)) await page.selectOption(`select[data-filter="${name}"]`, { label });
    equal((await shownFlows(page)).toSorted(), c.flows, `${report.file}: filter ${JSON.stringify(c.choose)}`);
    for (const name of Object.keys(c.choose)) await page.selectOption(`select[data-filter="${name}"]`, '');
  }
  equal((await shownFlows(page)).length, report.flows, `${report.file}: rows after the filters`);
}

async function sorting(page, report) {
  const column = '.rows table >> nth=0';
  const order = () => page.locator(column).locator('tbody tr[data-f]').evaluateAll((rows) => rows.map((r) => r.dataset.f));
  const keys = () => page.locator(column).locator('td.c-ports').evaluateAll((cells) => cells.map((c) => c.dataset.s).filter(Boolean).map(Number));
  const button = page.locator(column).locator('th.c-ports button');
  const before = await order();
  await button.click();
  let sorted = await keys();
  equal(sorted, sorted.toSorted((a, b) => a - b), `${report.file}: ports in rising order`);
  equal(await page.locator(column).locator('th.c-ports').getAttribute('aria-sort'), 'ascending', `${report.file}: aria-sort`);
  check(!(await page.locator(column).locator('tr.section').first().isVisible()), `${report.file}: section headings are hidden while rows are sorted`);
  await button.press('Enter');
  sorted = await keys();
  equal(sorted, sorted.toSorted((a, b) => b - a), `${report.file}: ports in falling order`);
  await button.click();
  equal(await order(), before, `${report.file}: the third click restores the order`);
}

async function languages(page, report) {
  for (const l of [...report.languages.slice(1), report.languages[0]]) {
    await page.click(`[data-language="${l.tag}"]`);
    equal(await page.evaluate(() => document.documentElement.lang), l.tag, `${report.file}: language of the page`);
    equal(await page.title(), l.title, `${report.file}: title of the window`);
    equal(await page.locator('h1').innerText(), l.title, `${report.file}: title of the page`);
    equal((await page.locator(`.rows th.c-${report.column}`).first().innerText()).replace(/[^\p{L}]/gu, ''), l.source, `${report.file}: heading of a column`);
    equal(await page.locator('#filter-requirement option').nth(1).innerText(), l.required, `${report.file}: option of a filter`);
    const purpose = page.locator(`[id="${report.link}"] td.c-purpose`);
    equal(await purpose.innerText(), l.purpose, `${report.file}: purpose of ${report.link}`);
  }
}

async function deepLink(report) {
  const page = await open(report.file);
  await page.fill('#search', 'no row has this');
  await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = false; });
  await page.evaluate((id) => { location.hash = encodeURIComponent(id); }, report.link);
  const row = page.locator(`[id="${report.link}"]`);
  await row.waitFor({ state: 'visible', timeout: 5000 }).catch(() => check(false, `${report.file}: a link does not lead to ${report.link}`));
  check(await row.evaluate((r) => { const b = r.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight; }), `${report.file}: ${report.link} is scrolled into view`);
  check(await row.evaluate((r) => r === document.activeElement), `${report.file}: ${report.link} has the focus`);
  await page.context().close();
}

async function keyboard(report) {
  const page = await open(report.file);
  await page.keyboard.press('Tab');
  check(await page.locator('.skip').evaluate((e) => e === document.activeElement && e.getBoundingClientRect().left >= 0), `${report.file}: the first stop skips to the rows`);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  check(await page.locator('#search').evaluate((e) => e === document.activeElement), `${report.file}: the next stop is the search`);
  await page.keyboard.type(report.link);
  equal(await shownFlows(page), [report.link], `${report.file}: search by keyboard`);
  await page.context().close();
}

// How a report is looked at. Dark differs from light in its colors alone.
const modes = {
  light: { options: { colorScheme: 'light' } },
  dark: { options: { colorScheme: 'dark' }, rules: ['color-contrast'] },
  phone: { options: { colorScheme: 'light', viewport: { width: 390, height: 844 } } },
};

async function accessible(report, mode) {
  const { options, rules } = modes[mode];
  const page = await open(report.file, { ...options, bypassCSP: true });
  await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
  await page.evaluate(axeSource);
  const { violations, passes } = await page.evaluate((rules) => axe.run(document, rules ? { runOnly: rules } : {}), rules);
  check(passes.length > 0, `${report.file}: axe-core looks at nothing`);
  for (const v of violations.filter((v) => ['serious', 'critical'].includes(v.impact))) {
    check(false, `${report.file}, ${mode}: ${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')}`);
  }
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(content <= window, `${report.file}, ${mode}: the page is ${content} pixels wide in a window of ${window}`);
  await page.context().close();
}

// Counts of the summary lead to their rows; the address keeps search and filters, and notes follow them.
async function views(report) {
  const page = await open(report.file);
  const links = page.locator('.summary a[href^="#?"]');
  check(await links.count() > 3, `${report.file}: the summary has counts that are links`);
  for (const link of (await links.all()).slice(0, 6)) {
    const [href, count] = [await link.getAttribute('href'), await link.innerText()];
    await link.click();
    await page.waitForFunction((n) => document.querySelector('.shown .n').textContent === n, count, { timeout: 3000 })
      .catch(() => check(false, `${report.file}: ${href} does not lead to ${count} rows`));
  }
  await page.click('button[type=reset]');
  await page.waitForFunction(() => !location.hash.startsWith('#?'), undefined, { timeout: 3000 }).catch(() => check(false, `${report.file}: the address keeps what was reset`));
  await page.selectOption('select[data-filter="requirement"]', 'required');
  await page.selectOption('select[data-filter="source"]', { index: 1 });
  await page.selectOption('select[data-filter="boundary"]', { index: 1 });
  await page.selectOption('select[data-filter="boundary"]', '');
  await page.fill('#search', 'tcp');
  const shown = await shownFlows(page);
  const source = await page.locator('select[data-filter="source"]').inputValue();
  check(shown.length > 0, `${report.file}: no row of the first source`);
  check(await page.evaluate((s) => [...document.querySelectorAll('tr[data-f]')].filter((r) => r.checkVisibility()).every((r) => r.dataset.source.split(' ').includes(s)), source), `${report.file}: a row of another source`);
  const sent = await open(report.file + (new URL(page.url())).hash);
  equal(await shownFlows(sent), shown, `${report.file}: a view that was sent`);
  equal(await sent.locator('#search').inputValue(), 'tcp', `${report.file}: the search of a view that was sent`);
  const notes = await sent.evaluate(() => ({
    wanted: [...new Set([...document.querySelectorAll('tr[data-f] a[href^="#note-"]')].filter((a) => a.checkVisibility()).map((a) => a.getAttribute('href').slice(1)))].sort(),
    shown: [...document.querySelectorAll('li[id^="note-"]')].filter((n) => n.checkVisibility()).map((n) => n.id).sort(),
    all: document.querySelectorAll('li[id^="note-"]').length,
  }));
  check(notes.wanted.every((n) => notes.shown.includes(n)), `${report.file}: a note of a shown row is hidden`);
  check(notes.shown.length < notes.all, `${report.file}: notes do not follow the search: ${notes.shown.length} of ${notes.all}`);
  await sent.context().close();
  await page.context().close();
}

// Text of diagrams stays in its box, in every language.
async function diagrams(page, report) {
  await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
  for (const l of report.languages) {
    if (report.languages.length > 1) await page.click(`[data-language="${l.tag}"]`);
    const result = await page.evaluate(() => {
      const nodes = [...document.querySelectorAll('figure svg [data-component]')].filter((n) => n.checkVisibility());
      const out = [];
      for (const n of nodes) {
        const box = n.querySelector('rect, path, polygon, ellipse').getBoundingClientRect();
        for (const t of n.querySelectorAll('text')) {
          const b = t.getBoundingClientRect();
          if (b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 2 || b.bottom > box.bottom + 2) out.push(t.textContent);
        }
      }
      return { nodes: nodes.length, out };
    });
    check(result.nodes >= report.nodes, `${report.file}: ${result.nodes} boxes in the diagrams in ${l.tag}, want ${report.nodes} or more`);
    equal(result.out, [], `${report.file}: names that leave their boxes in ${l.tag}`);
  }
}

// Pages of plans and findings: choices show their rows and the notes of these; the address keeps them, in every language,
// after a reload and on paper.
async function tables(report) {
  const file = report.file;
  const shown = (page) => page.evaluate(() => [...document.querySelectorAll('tr[data-f]')].filter((r) => r.checkVisibility()).map((r) => r.dataset.f));
  const says = async (page, want, message) => {
    equal((await shown(page)).length, want, message);
    equal(await counter(page), String(want), `${message}: counter`);
  };
  const page = await open(file);
  await says(page, report.rows, `${file}: rows at first`);
  for (const c of report.choices) {
    const message = `${file}: ${JSON.stringify(c.choose)}`;
    for (const [name, value] of Object.entries(c.choose)) await page.selectOption(`select[data-filter="${name}"]`, value);
    await says(page, c.rows, message);
    const rows = await shown(page);
    check(await page.evaluate((text) => [...document.querySelectorAll('tr[data-f]')].filter((r) => r.checkVisibility()).every((r) => r.textContent.includes(text)), c.says), `${message}: a row of something else`);
    equal(Object.fromEntries([...new URLSearchParams(new URL(page.url()).hash.slice(2))].toSorted()), c.choose, `${message}: address`);
    const notes = await page.evaluate(() => ({
      wanted: [...new Set([...document.querySelectorAll('tr[data-notes]')].filter((r) => r.checkVisibility()).flatMap((r) => r.dataset.notes.split(' ')))].sort(),
      shown: [...document.querySelectorAll('li[id^="note-"]')].filter((n) => n.checkVisibility()).map((n) => n.id).sort(),
    }));
    equal(notes.shown, notes.wanted, `${message}: notes`);
    await page.emulateMedia({ media: 'print' });
    equal(await shown(page), rows, `${message}: rows on paper`);
    await page.emulateMedia({ media: 'screen' });
    await page.click('[data-language="ja"]');
    await says(page, c.rows, `${message} in Japanese`);
    await page.reload();
    await says(page, c.rows, `${message} after a reload`);
    const sent = await open(file + new URL(page.url()).hash);
    equal(await shown(sent), rows, `${message}: a view that was sent`);
    await sent.context().close();
    await page.click('button[type=reset]');
    await page.waitForFunction(() => !location.hash.startsWith('#?'), undefined, { timeout: 3000 }).catch(() => check(false, `${message}: the address keeps what was reset`));
    await says(page, report.rows, `${message}: rows after the reset`);
    await page.click('[data-language="en"]');
  }
  await page.focus('#search');
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.id);
  equal(first, 'filter-source', `${file}: the stop after the search`);
  await page.keyboard.press('ArrowDown');
  check((await shown(page)).length < report.rows, `${file}: a choice by keyboard`);
  await page.context().close();
  const plain = await open(file, { javaScriptEnabled: false });
  equal(await plain.locator('tr[data-f]:visible').count(), report.rows, `${file}: rows without script`);
  check(!(await plain.locator('.filters').isVisible()), `${file}: filters without script`);
  await plain.context().close();
  for (const mode of ['light', 'dark', 'phone']) await accessible(report, mode);
}

for (const report of plan.tables ?? []) await tables(report);
for (const report of plan.reports ?? []) {
  const page = await open(report.file);
  if (!report.hostile) {
    await searchAndFilter(page, report);
    if (report.column === 'source') await sorting(page, report); // reports of changes have no column of ports
    if (report.languages.length > 1) await languages(page, report);
    if (report.nodes > 0) await diagrams(page, report);
    await deepLink(report);
    if (report.column === 'source') await views(report);
    await keyboard(report);
  } else {
    equal((await shownFlows(page)).length, report.flows, `${report.file}: rows`);
    await page.fill('#search', '<script>');
  }
  for (const mode of report.modes ?? []) await accessible(report, mode);
  if (report.pdf) {
    const printed = await open(report.file);
    await printed.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = false; });
    await printed.pdf({ path: report.pdf, preferCSSPageSize: true, printBackground: true });
    await printed.context().close();
  }
  await page.context().close();
}
// Diagrams in Mermaid, drawn by Mermaid: every node and edge, and nothing but.
if (plan.mermaid?.length > 0) {
  const page = await browser.newPage();
  page.on('dialog', (d) => { check(false, `Mermaid: a dialog opens: ${d.message()}`); d.dismiss(); });
  await page.addScriptTag({ path: new URL('./node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js', import.meta.url).pathname });
  await page.evaluate(() => mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', maxTextSize: 1e7, maxEdges: 1e4 }));
  for (const [i, d] of plan.mermaid.entries()) {
    const drawn = await page.evaluate(async ([i, source]) => {
      try {
        const { svg } = await mermaid.render('m' + i, source);
        const root = new DOMParser().parseFromString(svg, 'text/html');
        return { nodes: root.querySelectorAll('.node').length, edges: root.querySelectorAll('path.flowchart-link').length, scripts: root.querySelectorAll('script').length };
      } catch (e) { return { error: String(e).slice(0, 500) }; }
    }, [i, d.source]);
    equal(drawn, { nodes: d.nodes, edges: d.edges, scripts: 0 }, `Mermaid, diagram ${d.name}`);
  }
  await page.close();
}
if (plan.screenshot?.[0]) {
  const page = await open(plan.screenshot[0], { viewport: { width: 1400, height: 1400 }, deviceScaleFactor: 1 });
  await page.evaluate(() => { for (const d of document.querySelectorAll('section [id^="openings"], #openings + .about, nav')) d.remove(); }); // to show a bit of everything
  await page.screenshot({ path: plan.screenshot[1] });
}
await browser.close();
process.exit(failures > 0 ? 1 : 0);
