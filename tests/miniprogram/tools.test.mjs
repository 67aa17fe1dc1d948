// The pages in WeChat's own tools: its compilers read every file, and its component framework draws every page with what
// the real server says, and hears taps. `npm ci` in this folder installs them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { JSDOM } from 'jsdom';

import { PAGES, program } from './program.mjs';
import { stage } from './world.mjs';

const require = createRequire(import.meta.url);
const dom = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
globalThis.window = dom.window;
for (const name of ['document', 'HTMLElement', 'Element', 'Node', 'Event', 'CustomEvent', 'MutationObserver']) {
  globalThis[name] = dom.window[name];
}
const simulate = require('miniprogram-simulate');
const compilers = path.join(path.dirname(require.resolve('miniprogram-compiler/package.json')), 'bin/linux');

function compile(tool, ...files) {
  const binary = path.join(compilers, tool);
  chmodSync(binary, 0o755);
  return spawnSync(binary, files, { cwd: program, encoding: 'utf8' });
}

test('the compilers of the developer tools take every file, and would complain', { skip: process.platform !== 'linux' }, () => {
  const markup = compile('wcc', '-d', ...PAGES.map((page) => `${page}.wxml`));
  assert.equal(markup.status, 0, markup.stderr || markup.stdout);
  const styles = compile('wcsc', '-lc', 'app.wxss');
  assert.equal(styles.status, 0, styles.stderr || styles.stdout);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'atelier-wxml-'));
  const bad = path.join(folder, 'bad.wxml');
  for (const text of ['<view><text></view>', '<view>{{a?.b}}</view>', '<view>{{a => b}}</view>']) {
    writeFileSync(bad, text);
    assert.notEqual(compile('wcc', '-d', bad).status, 0, text);
  }
  rmSync(folder, { recursive: true });
});

// Draws a page that was loaded, and sends what is tapped to it.
function draw(name, page) {
  const methods = Object.entries(page).filter(([, member]) => typeof member === 'function' && member.name !== 'setData');
  globalThis.Page = () => Component({
    data: page.data,
    methods: Object.fromEntries(methods.map(([method]) => [method, (event) => { drawn.last = page[method](event); }])),
  });
  delete require.cache[path.join(program, `${name}.js`)];
  const view = simulate.render(simulate.load(path.join(program, name), { rootPath: program }));
  const place = document.createElement('div');
  document.body.append(place);
  view.attach(place);
  const drawn = {
    last: undefined,
    text: () => { view.setData(page.data); return place.textContent.replace(/\s+/g, ' '); },
    all: (selector) => { view.setData(page.data); return view.querySelectorAll(selector); },
    // Taps what shows this text, and waits until its handler is done.
    tap: async (selector, text) => {
      const hit = drawn.all(selector).find((node) => node.dom.textContent.includes(text));
      assert.ok(hit, `${name}: nothing shows ${text}`);
      drawn.last = undefined;
      hit.dispatchEvent('tap');
      await new Promise((next) => { setTimeout(next, 20); });
      await drawn.last;
    },
  };
  return drawn;
}

test('every page is drawn with what the server says, and its buttons do what they say', async () => {
  const { load, seen, app } = stage('painter');
  const page = load('pages/make/index');
  await page.onShow();
  const make = draw('pages/make/index', page);
  const { words } = app;
  for (const kind of page.data.kinds) assert.ok(make.text().includes(kind.label.zh), kind.kind);
  const product = page.data.kinds.find((kind) => kind.kind === 'product_photo');
  await make.tap('.choice', product.label.zh);
  assert.equal(page.data.kind.kind, 'product_photo');
  assert.equal(make.all('.choice').filter((node) => node.dom.className.includes('--on')).length, 1 + product.settings.length + 1);
  await make.tap('.plain', words.make.pick);
  assert.equal(make.all('.photo').length, 1);
  await make.tap('.main', words.make.go);
  assert.ifError(app.problem);
  const id = seen.pages.at(-1).split('id=')[1];

  const following = load('pages/wait/index');
  following.onLoad({ id });
  const wait = draw('pages/wait/index', following);
  await following.follow();
  assert.ok(wait.text().includes(words.wait.title) && wait.text().includes(following.data.job.message.zh), wait.text());

  const shown = load('pages/result/index');
  await shown.onLoad({ id });
  const result = draw('pages/result/index', shown);
  assert.equal(result.all('.full').length, 1);
  assert.ok(result.text().includes(words.result.mark), 'that it was generated is said');
  await result.tap('.main', words.result.save);
  assert.equal(seen.saved.length, 1);

  const listed = load('pages/works/index');
  await listed.load(true);
  const works = draw('pages/works/index', listed);
  assert.equal(works.all('.thumb').length, 1);

  const bought = load('pages/credits/index');
  await bought.load();
  const credits = draw('pages/credits/index', bought);
  assert.ok(credits.text().includes('¥9.90'), credits.text());
  await credits.tap('.row', '9.90');
  assert.ifError(app.problem);
  assert.ok(credits.text().includes(String(4 + 100)), credits.text());

  const own = load('pages/me/index');
  await (own.onShow ? own.onShow() : own.load());
  const me = draw('pages/me/index', own);
  await me.tap('.plain', words.me.language);
  assert.ok(me.text().includes(app.words.me.erase) && app.language === 'en', me.text());
});
