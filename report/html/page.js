'use strict';
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const languages = all('[data-language]').map((b) => b.dataset.language);
  const store = { // a file opened from disk may have no storage
    get(key) { try { return localStorage.getItem('portbook-' + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem('portbook-' + key, value); } catch { /* not kept */ } },
  };
  root.classList.add('script');

  // Rows: what the filters and the search look at.
  const tables = all('.rows table').map((table) => ({
    table,
    box: table.closest('details'),
    bodies: [...table.tBodies],
    rows: all('tbody tr[data-f]', table).map((row) => ({ row, body: row.parentElement, text: {} })),
  }));
  const rows = tables.flatMap((t) => t.rows);

  const fold = (s) => s.normalize('NFKC').toLowerCase();
  const textOf = (entry) => entry.text[root.dataset.l] ??= fold(shownText(entry.row));

  // shownText is the text of an element in the language that is shown.
  function shownText(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.dataset.l && node.dataset.l !== root.dataset.l ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const parts = [];
    while (walker.nextNode()) {
      if (walker.currentNode.nodeType === Node.TEXT_NODE) parts.push(walker.currentNode.data);
      else if (walker.currentNode.tagName === 'TD') parts.push('\n');
    }
    return parts.join('');
  }

  const form = document.querySelector('.filters');
  const search = document.getElementById('search');
  const selects = all('select[data-filter]');

  function apply() {
    if (!form) return;
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    const wanted = selects.filter((s) => s.value !== '').map((s) => [s.dataset.filter, new Set(s.value.split(' '))]);
    const flows = new Set();
    const total = new Set();
    for (const entry of rows) {
      const { row } = entry;
      const match = wanted.every(([name, values]) => (row.getAttribute('data-' + name) ?? '').split(' ').some((v) => values.has(v)))
        && words.every((w) => textOf(entry).includes(w));
      row.hidden = !match;
      total.add(row.dataset.f);
      if (match) flows.add(row.dataset.f);
    }
    showNotes(words.length > 0 || wanted.length > 0);
    for (const { box, bodies } of tables) {
      let some = false;
      for (const body of bodies) {
        const any = body.querySelector('tr[data-f]:not([hidden])') !== null;
        const heading = body.querySelector('tr.section');
        if (heading) heading.hidden = !any;
        some ||= any;
      }
      if (box) box.hidden = !some;
    }
    for (const n of all('.shown .n')) n.textContent = flows.size;
    for (const n of all('.shown .total')) n.textContent = total.size;
    form.querySelector('.no-row').hidden = flows.size > 0 || total.size === 0;
  }

  // Notes follow the rows: those that a shown row refers to or is listed with, and those on its product and components to which no row refers.
  const notes = all('li[id^="note-"]');
  const noteLinks = new Map(rows.map(({ row }) => [row, row.dataset.notes?.split(' ') ?? all('a[href^="#note-"]', row).map((a) => a.getAttribute('href').slice(1))]));
  const referred = new Set([...noteLinks.values()].flat());

  function showNotes(filtered) {
    const links = new Set();
    const subjects = new Set();
    for (const { row } of rows) {
      if (row.hidden) continue;
      for (const id of noteLinks.get(row)) links.add(id);
      for (const x of [row.dataset.product, ...(row.dataset.components ?? '').split(' ')]) subjects.add(x);
    }
    const about = (note) => note.dataset.about.split(' ').some((x) => subjects.has(x));
    for (const note of notes) note.hidden = filtered && !(referred.has(note.id) ? links.has(note.id) : about(note));
  }

  // The state of search and filters is in the address, so that a view can be sent: "#?q=agent&product=itms".
  const isState = () => location.hash.startsWith('#?');

  function writeState() {
    const state = new URLSearchParams();
    if (search.value.trim()) state.set('q', search.value);
    for (const s of selects) if (s.value !== '') state.set(s.dataset.filter, s.value);
    const text = String(state);
    if (text || isState()) history.replaceState(null, '', text ? '#?' + text : location.pathname + location.search);
  }

  function readState() {
    const state = new URLSearchParams(location.hash.slice(2));
    search.value = state.get('q') ?? '';
    for (const s of selects) {
      s.value = state.get(s.dataset.filter) ?? '';
      if (s.selectedIndex < 0) s.value = ''; // the report has no such choice
    }
    apply();
  }

  // Sorting: once up, once down, and back to the order of the report.
  function sort(entry, header) {
    const { table, bodies, rows } = entry;
    const next = { none: 'ascending', ascending: 'descending', descending: 'none' }[header.getAttribute('aria-sort') ?? 'none'];
    for (const h of table.tHead.rows[0].cells) h.setAttribute('aria-sort', h === header ? next : 'none');
    table.classList.toggle('sorted', next !== 'none');
    if (next === 'none') {
      for (const { row, body } of rows) body.append(row);
    } else {
      const column = header.cellIndex;
      const sign = next === 'ascending' ? 1 : -1;
      const order = new Intl.Collator(root.dataset.l, { numeric: true });
      const keyed = rows.map(({ row }) => ({ row, key: row.cells[column].dataset.s ?? shownText(row.cells[column]).trim() }));
      keyed.sort((a, b) => (a.key === '') - (b.key === '') || sign * order.compare(a.key, b.key));
      bodies[0].append(...keyed.map((k) => k.row));
    }
    apply();
  }

  function setLanguage(tag) {
    root.lang = root.dataset.l = tag;
    const i = Math.max(0, languages.indexOf(tag));
    for (const b of all('[data-language]')) b.setAttribute('aria-pressed', String(b.dataset.language === tag));
    for (const element of all('[data-w]')) element.textContent = JSON.parse(element.dataset.w)[i];
    apply();
  }

  function setColors(value) {
    if (value === 'auto') delete root.dataset.colors;
    else root.dataset.colors = value;
    for (const b of all('button[data-colors]')) b.setAttribute('aria-pressed', String(b.dataset.colors === value));
  }

  // A link to a flow shows it, whatever is filtered or folded.
  function follow() {
    if (form && isState()) {
      readState();
      document.getElementById('details').scrollIntoView();
      return;
    }
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it stands */ }
    const target = id && document.getElementById(id);
    if (!target) return;
    const row = target.closest('tr');
    if (form && (row ?? target).closest('[hidden]')) {
      form.reset();
      apply();
    }
    for (let box = target.closest('details'); box; box = box.parentElement.closest('details')) box.open = true;
    for (const r of all('tr.target')) r.classList.remove('target');
    if (row) {
      row.classList.add('target');
      row.tabIndex = -1;
      row.focus({ preventScroll: true });
    }
    (row ?? target).scrollIntoView({ block: 'center' });
  }

  for (const b of all('[data-language]')) b.addEventListener('click', () => { setLanguage(b.dataset.language); store.set('language', b.dataset.language); });
  for (const b of all('button[data-colors]')) b.addEventListener('click', () => { setColors(b.dataset.colors); store.set('colors', b.dataset.colors); });
  for (const entry of tables) for (const h of all('thead th', entry.table)) h.querySelector('button')?.addEventListener('click', () => sort(entry, h));
  if (form) {
    form.addEventListener('submit', (e) => e.preventDefault());
    const changed = () => { apply(); writeState(); };
    form.addEventListener('reset', () => setTimeout(changed));
    search.addEventListener('input', changed);
    for (const s of selects) s.addEventListener('change', changed);
  }
  window.addEventListener('hashchange', follow);
  // A browser that cannot show closed parts in print opens them for it.
  let opened = [];
  window.addEventListener('beforeprint', () => { opened = all('details:not([open])'); for (const d of opened) d.open = true; });
  window.addEventListener('afterprint', () => { for (const d of opened) d.open = false; });

  const language = store.get('language');
  setColors(['light', 'dark'].includes(store.get('colors')) ? store.get('colors') : 'auto');
  if (languages.includes(language)) setLanguage(language);
  else apply();
  follow();
})();
