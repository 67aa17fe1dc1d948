// The project as the developer tools read it: what is missing or wrong here keeps it from opening or from being uploaded.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';

import { PAGES, json, program } from './program.mjs';

const require = createRequire(import.meta.url);
const files = readdirSync(program, { recursive: true }).filter((file) => statSync(path.join(program, file)).isFile());
const read = (file) => readFileSync(path.join(program, file), 'utf8');
const only = (known, object, what) => {
  assert.deepEqual(Object.keys(object).filter((key) => !known.includes(key)), [], `${what}: unknown keys`);
};

// Keys of https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html and of the pages beside it.
const APP = ['pages', 'window', 'tabBar', 'networkTimeout', 'sitemapLocation', 'style', 'lazyCodeLoading', '__usePrivacyCheck__'];
const WINDOW = ['navigationBarTitleText', 'navigationBarBackgroundColor', 'navigationBarTextStyle', 'backgroundColor',
  'enablePullDownRefresh', 'backgroundTextStyle'];
const PROJECT = ['appid', 'projectname', 'compileType', 'libVersion', 'packOptions', 'setting', 'description'];
const SETTING = ['es6', 'enhance', 'minified', 'urlCheck', 'postcss'];
// Interfaces that have to be named in `requiredPrivateInfos` before they are called.
const NAMED = ['getFuzzyLocation', 'getLocation', 'onLocationChange', 'startLocationUpdate', 'chooseLocation',
  'choosePoi', 'chooseAddress', 'startLocationUpdateBackground'];
const COLOUR = /^#[0-9a-f]{6}$/;

test('app.json names pages that are there, and nothing that the tools do not know', () => {
  const app = json('app.json');
  only(APP, app, 'app.json');
  only(WINDOW, app.window, 'window');
  assert.ok(['black', 'white'].includes(app.window.navigationBarTextStyle));
  for (const colour of [app.window.navigationBarBackgroundColor, app.window.backgroundColor]) assert.match(colour, COLOUR);
  assert.equal(new Set(PAGES).size, PAGES.length);
  for (const page of PAGES) {
    for (const ending of ['js', 'json', 'wxml']) assert.ok(files.includes(`${page}.${ending}`), `${page}.${ending}`);
    only([...WINDOW, 'usingComponents'], json(`${page}.json`), page);
  }
  const markup = files.filter((file) => file.endsWith('.wxml')).map((file) => file.replace('.wxml', ''));
  assert.deepEqual(markup.sort(), [...PAGES].sort(), 'no page that nobody can open');
  assert.equal(app.lazyCodeLoading, 'requiredComponents');
  for (const limit of Object.values(app.networkTimeout)) assert.ok(limit >= 1000 && limit <= 60000);
});

test('the bar has two to five pages of the list; icons are small files of the program', () => {
  const { tabBar } = json('app.json');
  only(['color', 'selectedColor', 'backgroundColor', 'borderStyle', 'list'], tabBar, 'tabBar');
  assert.ok(tabBar.list.length >= 2 && tabBar.list.length <= 5);
  for (const colour of [tabBar.color, tabBar.selectedColor]) assert.match(colour, COLOUR);
  for (const item of tabBar.list) {
    only(['pagePath', 'text', 'iconPath', 'selectedIconPath'], item, 'tabBar.list');
    assert.ok(PAGES.includes(item.pagePath), item.pagePath);
    assert.ok(item.text);
    for (const icon of [item.iconPath, item.selectedIconPath].filter(Boolean)) {
      assert.ok(existsSync(path.join(program, icon)) && statSync(path.join(program, icon)).size <= 40 * 1024, icon);
      assert.match(icon, /\.(png|jpe?g)$/);
    }
  }
  const bar = tabBar.list.map((item) => item.pagePath);
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    for (const [, how, target] of read(file).matchAll(/wx\.(navigateTo|redirectTo|switchTab)\(\{ url: [`']\/([\w/]+)/g)) {
      assert.ok(PAGES.includes(target), `${file}: ${target}`);
      assert.equal(how === 'switchTab', bar.includes(target), `${file}: ${how} ${target}`);
    }
  }
});

test('the project opens for whoever has no AppID yet, and its package is small', () => {
  const project = json('project.config.json');
  only(PROJECT, project, 'project.config.json');
  only(SETTING, project.setting, 'setting');
  assert.equal(project.appid, 'touristappid');
  assert.equal(project.compileType, 'miniprogram');
  assert.match(project.libVersion, /^\d+\.\d+\.\d+$/);
  const [major, minor, patch] = project.libVersion.split('.').map(Number);
  assert.ok(major * 1e6 + minor * 1e3 + patch >= 2_019_002, 'wx.requestVirtualPayment needs 2.19.2');
  const left = project.packOptions.ignore.map((row) => row.value);
  const packed = files.filter((file) => !left.some((ending) => file.endsWith(ending)));
  const size = packed.reduce((sum, file) => sum + statSync(path.join(program, file)).size, 0);
  assert.ok(size < 2 * 1024 * 1024, `${size} bytes`);
  for (const file of packed) assert.match(file, /\.(js|json|wxml|wxss|png|jpg)$/, 'the tools pack no other files');
  only(['rules'], json('sitemap.json'), 'sitemap.json');
  for (const rule of json('sitemap.json').rules) assert.ok(rule.page === '*' || PAGES.includes(rule.page), rule.page);
});

test('what is private is asked for as WeChat wants it', () => {
  const app = json('app.json');
  assert.equal(app.__usePrivacyCheck__, true);
  const sources = files.filter((file) => file.endsWith('.js')).map(read).join('\n');
  const called = NAMED.filter((name) => new RegExp(`\\b${name}\\b`).test(sources));
  assert.deepEqual(called, app.requiredPrivateInfos || [], 'each is named, and nothing that is not called');
});

test('sources say only what a phone understands, and grow no further', () => {
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const text = read(file);
    assert.ok(!text.includes('PATCH'), file);
    if (file !== 'config.js') assert.ok(!/https?:\/\//.test(text), `${file} names a server`);
    assert.ok(text.split('\n').length <= 400, `${file} only grows`);
    assert.ok(!/\b(eval|new Function|document|window|import\()\b/.test(text), `${file}: not in a mini-program`);
    for (const [, target] of text.matchAll(/require\('(\.[^']*)'\)/g)) {
      assert.ok(files.includes(path.join(path.dirname(file), `${target}.js`)), `${file}: ${target}`);
    }
  }
});

test('words are there in both languages, and pages use no others', () => {
  const words = require(path.join(program, 'words.js'));
  const shape = (tree) => Object.entries(tree).map(([k, v]) => (typeof v === 'object' ? [k, shape(v)] : k));
  assert.deepEqual(shape(words.zh), shape(words.en));
  globalThis.getApp = () => ({});
  for (const name of PAGES) {
    let page;
    globalThis.Page = (definition) => { page = definition; };
    require(path.join(program, `${name}.js`));
    const markup = read(`${name}.wxml`);
    for (const [, handler] of markup.matchAll(/(?:bind|catch):?\w+="(\w+)"/g)) {
      assert.equal(typeof page[handler], 'function', `${name}: ${handler}`);
    }
    const section = name.split('/')[1];
    for (const [, word] of markup.matchAll(/\bt\.(\w+)/g)) assert.ok(words.zh[section][word], `${name}: ${word}`);
  }
});
