// The mini-program against the real server, with a stand-in for the phone and for WeChat.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';

import { photo, program } from './program.mjs';
import { open, stage, world } from './world.mjs';

const require = createRequire(import.meta.url);

test('one log-in serves all who ask, and a spent code is fetched anew', async () => {
  const { api, seen, will } = open('login');
  will.spoilCodes = 1;
  const [me, credits] = await Promise.all([api.me(), api.credits()]);
  assert.equal(me.credits, 10);
  assert.equal(credits.balance, 10);
  const logIns = seen.requests.filter((r) => r.url.endsWith('/v1/auth/wechat'));
  assert.deepEqual(logIns.map((r) => r.status), [422, 201]);
});

test('a stale token is renewed once, without a new log-in', async () => {
  const { api, seen, wx } = open('renew');
  await api.me();
  const kept = wx.getStorageSync('session');
  const fresh = require(path.join(program, 'api.js')).create({
    ...wx, getStorageSync: () => ({ ...kept, access: `${kept.access}x` }),
  }, world.base, () => 'en');
  assert.equal((await fresh.me()).credits, 10);
  assert.equal(seen.requests.filter((r) => r.url.endsWith('/v1/auth/wechat')).length, 1);
  assert.equal(seen.requests.filter((r) => r.url.endsWith('/v1/auth/refresh')).length, 1);
});

test('from a photo to the picture in the album, and a message', async () => {
  const { api, seen, will } = open('maker');
  const { kinds } = await api.catalog();
  assert.equal(kinds.length, 4);
  const upload = await api.upload(photo);
  will.lose = 1; // nobody hears what there is to ask for: the picture is made all the same
  assert.equal(await api.askToNotify(), false);
  assert.equal(await api.askToNotify(), true);
  will.lose = 1; // the first submit is lost: it is sent again under its key
  const job = await api.submit({ kind: 'product_photo', inputs: { product: upload.id }, settings: { background: 'marble' } });
  const progress = [];
  const done = await api.follow(job.id, (state) => progress.push(state.progress)).ended;
  assert.equal(done.status, 'completed', JSON.stringify(done.error));
  assert.deepEqual([...progress].sort((a, b) => a - b), progress, 'progress never goes back');
  assert.equal((await api.credits()).balance, 4);
  assert.equal(await api.saveToAlbum(done.result.images[0].url, 'please'), true);
  assert.equal(readFileSync(seen.saved[0]).subarray(0, 2).toString('hex'), 'ffd8');
  assert.equal((await api.works()).items.length, 1);
  for (let n = 0; n < 100 && !world.house.messages.length; n += 1) await new Promise((next) => { setTimeout(next, 100); });
  assert.deepEqual(world.house.messages.map((m) => [m.touser, m.page]), [['o-maker', `pages/result/index?id=${job.id}`]]);
});

test('nothing is saved without consent', async () => {
  const { api, seen, will } = open('shy');
  will.album = false;
  will.confirm = false;
  assert.equal(await api.saveToAlbum(`${world.base}/healthz`, 'please'), false);
  assert.equal(seen.saved.length, 0);
  will.confirm = true;
  assert.equal(await api.saveToAlbum(`${world.base}/healthz`, 'please'), true);
  assert.equal(seen.modals, 2);
});

test('credits are bought once; a stale log-in is renewed, a cancelled payment is called off', async () => {
  const { api, will } = open('buyer');
  will.pay = [-15005];
  const order = await api.buy('small', 5);
  assert.equal(order.status, 'paid');
  assert.equal((await api.credits()).balance, 110);
  will.pay = [-2];
  await assert.rejects(api.buy('small', 1), { code: 'cancelled' });
  will.pay = [-15006];
  await assert.rejects(api.buy('small', 1), { code: 'payment' });
  will.pay = [-5]; // nobody knows, and nothing was paid
  assert.equal((await api.buy('small', 1)).status, 'pending');
  assert.equal((await api.credits()).balance, 110);
});

test('a refusal carries the server\'s words', async () => {
  const { api } = open('poor');
  await assert.rejects(api.redeem('0000-0000-0000-0000'), (error) => {
    assert.equal(error.code, 'code_invalid');
    return /兑换码/.test(error.detail);
  });
  await assert.rejects(api.submit({ kind: 'product_photo', inputs: {} }), { status: 422 });
});

test('an erased account is gone from the phone too', async () => {
  const { api, wx } = open('leaver');
  await api.me();
  await api.erase();
  assert.equal(wx.getStorageSync('session'), '');
});

// The pages ----------------------------------------------------------------------------------------

test('every page makes, waits, shows, lists and counts', async () => {
  const { load, seen, app } = stage('pages');
  const make = load('pages/make/index');
  await make.onShow();
  assert.ifError(app.problem);
  make.choose('product_photo');
  await make.make();
  assert.deepEqual(seen.toasts, [app.words.make.need]);
  await make.pickPhotos({ currentTarget: { dataset: { role: 'product', max: 1 } } });
  make.pickOption({ currentTarget: { dataset: { setting: 'background', option: 'marble' } } });
  await make.make();
  assert.ifError(app.problem);
  const id = seen.pages.at(-1).split('id=')[1];
  const wait = load('pages/wait/index');
  wait.onLoad({ id });
  await wait.follow();
  assert.equal(seen.pages.at(-1), `/pages/result/index?id=${id}`);
  const result = load('pages/result/index');
  assert.equal('imageUrl' in result.onShareAppMessage(), false, 'no picture is there yet');
  await result.onLoad({ id });
  await result.save();
  assert.equal(seen.saved.length, 1);
  assert.match(result.onShareAppMessage().imageUrl, /^http/);
  const works = load('pages/works/index');
  await works.load(true);
  assert.equal(works.data.items.length, 1);
  const credits = load('pages/credits/index');
  await credits.load();
  assert.equal(credits.data.balance, 4);
  assert.equal(credits.data.packages[0].price, '9.90');
  await credits.buy({ currentTarget: { dataset: { id: 'small' } } });
  assert.ifError(app.problem);
  assert.equal(credits.data.balance, 104, seen.toasts.join());
  const me = load('pages/me/index');
  await me.change({ currentTarget: { dataset: { field: 'notifications' } }, detail: { value: false } });
  assert.equal(me.data.me.settings.notifications, false);
  await me.language();
  assert.equal(app.language, 'en');
  assert.ifError(app.problem);
});
