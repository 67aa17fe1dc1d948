// The real server, WeChat's stand-in and phones in front of both. ATELIER_BINARY names the executable;
// target/debug/atelier if it is not set.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';

import { photo, program, root } from './program.mjs';
import { APP_KEY, tencent } from './tencent.mjs';
import { phone } from './wx.mjs';

const require = createRequire(import.meta.url);
const binary = process.env.ATELIER_BINARY || path.join(root, 'target/debug/atelier');

// What tests look into once the server runs.
export const world = { house: undefined, base: undefined };

let folder; let server;

const settings = () => `
[server]
bind = "127.0.0.1:0"
[rate_limit]
enabled = false
[jobs]
min_free_mb = 1
[wechat]
appid = "wx0"
secret = "secret"
base_url = "${world.house.url}"
[wechat.templates.job]
id = "tpl-1"
data = { thing1 = "kind", phrase2 = "status", time3 = "time" }
[billing.xpay]
enabled = true
offer_id = "1450000001"
app_key = "${APP_KEY}"
[[billing.packages]]
id = "small"
label = { zh = "小包", en = "Small" }
price_fen = 990
credits = 100
xpay_product = "pack_100"
`;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-mini-'));
  world.house = await tencent();
  const file = path.join(folder, 'settings.toml');
  await writeFile(file, settings());
  server = spawn(binary, ['serve', '--config', file, '--data-dir', path.join(folder, 'data')]);
  world.base = await new Promise((found, fail) => {
    let log = '';
    const read = (chunk) => {
      log += chunk;
      const line = log.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (line) found(line[0]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.on('exit', () => fail(new Error(`the server ended:\n${log}`)));
    setTimeout(() => fail(new Error(`the server does not say where it is:\n${log}`)), 60_000).unref();
  });
});

after(async () => {
  server.removeAllListeners('exit');
  const ended = new Promise((done) => { server.on('exit', done); });
  server.kill('SIGTERM');
  assert.equal(await ended, 0, 'the server stops cleanly');
  assert.deepEqual(world.house.wrong, [], 'every request to WeChat was signed');
  world.house.close();
  await rm(folder, { recursive: true });
});

// A phone of this user, and the one module that the pages share.
export function open(user) {
  const device = phone(world.house, folder);
  device.will.user = user;
  device.will.photo = photo;
  const { create } = require(path.join(program, 'api.js'));
  return { ...device, api: create(device.wx, world.base, () => 'zh') };
}

// The same with the pages, as the app would load them.
export function stage(user) {
  const device = open(user);
  const app = { api: device.api, language: 'zh', words: require(path.join(program, 'words.js')).zh };
  app.explain = (error) => { app.problem = error; };
  app.setLanguage = (language) => { app.language = language; app.words = require(path.join(program, 'words.js'))[language]; };
  const load = (name) => {
    let page;
    globalThis.getApp = () => app;
    globalThis.wx = device.wx;
    globalThis.Page = (definition) => { page = definition; };
    const file = path.join(program, `${name}.js`);
    delete require.cache[file];
    require(file);
    page.data = structuredClone(page.data);
    page.setData = function setData(changes) {
      for (const [name, value] of Object.entries(changes)) {
        const [first, second] = name.split('.');
        if (second === undefined) this.data[first] = value; else this.data[first][second] = value;
      }
    };
    return page;
  };
  return { ...device, app, load };
}
