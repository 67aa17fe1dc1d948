// A stand-in for `wx`: real HTTP underneath, and a phone whose answers tests decide.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

export function phone(house, folder) {
  const storage = new Map();
  const seen = { requests: [], toasts: [], saved: [], pages: [], modals: 0 };
  // What tests change: who logs in, what is allowed, how payments go, how many requests the network loses.
  const will = { user: 'anna', album: undefined, subscribe: 'accept', pay: [], lose: 0, spoilCodes: 0, confirm: true };
  let codes = 0;

  async function http(options, body) {
    if (will.lose > 0) { will.lose -= 1; throw new Error('request:fail timeout'); }
    const answer = await fetch(options.url, { method: options.method || 'POST', headers: options.header, body });
    seen.requests.push({ method: options.method, url: options.url, status: answer.status });
    return { statusCode: answer.status, data: await answer.text(), header: Object.fromEntries(answer.headers) };
  }

  const settle = (options, work) => {
    work().then(options.success, (error) => options.fail({ errMsg: error.message, ...error }));
  };

  const wx = {
    getStorageSync: (name) => storage.get(name) || '',
    setStorageSync: (name, value) => storage.set(name, value),
    removeStorageSync: (name) => storage.delete(name),
    getAppBaseInfo: () => ({ language: 'zh_CN' }),
    login: (options) => settle(options, async () => {
      codes += 1;
      const code = `${will.user}#${codes}`;
      if (will.spoilCodes > 0) { will.spoilCodes -= 1; house.spent.add(code); }
      return { code };
    }),
    request: (options) => settle(options, async () => {
      if (!METHODS.includes(options.method)) throw new Error(`wx.request cannot send ${options.method}`);
      return http(options, options.data === undefined ? undefined : JSON.stringify(options.data));
    }),
    uploadFile: (options) => settle(options, async () => {
      const form = new FormData();
      form.append(options.name, new Blob([await readFile(options.filePath)]), path.basename(options.filePath));
      return http({ ...options, method: 'POST' }, form);
    }),
    downloadFile: (options) => settle(options, async () => {
      const answer = await fetch(options.url);
      const tempFilePath = path.join(folder, `download-${seen.saved.length}.jpg`);
      await writeFile(tempFilePath, Buffer.from(await answer.arrayBuffer()));
      return { statusCode: answer.status, tempFilePath };
    }),
    getSetting: (options) => settle(options, async () => ({
      authSetting: will.album === undefined ? {} : { 'scope.writePhotosAlbum': will.album },
    })),
    authorize: (options) => settle(options, async () => { will.album = true; return {}; }),
    openSetting: (options) => settle(options, async () => {
      will.album = true;
      return { authSetting: { 'scope.writePhotosAlbum': true } };
    }),
    showModal: (options) => settle(options, async () => { seen.modals += 1; return { confirm: will.confirm }; }),
    saveImageToPhotosAlbum: (options) => settle(options, async () => { seen.saved.push(options.filePath); return {}; }),
    requestSubscribeMessage: (options) => settle(options, async () => ({ [options.tmplIds[0]]: will.subscribe })),
    requestVirtualPayment: (options) => settle(options, async () => {
      const errCode = will.pay.length ? will.pay.shift() : house.pay(options);
      if (errCode !== 0) throw Object.assign(new Error('requestVirtualPayment:fail'), { errCode });
      return {};
    }),
    chooseMedia: (options) => settle(options, async () => ({ tempFiles: [{ tempFilePath: will.photo }] })),
    showToast: ({ title }) => seen.toasts.push(title),
    showLoading: () => {},
    hideLoading: () => {},
    navigateTo: ({ url }) => seen.pages.push(url),
    redirectTo: ({ url }) => seen.pages.push(url),
    switchTab: ({ url }) => seen.pages.push(url),
    previewImage: () => {},
    stopPullDownRefresh: () => {},
  };
  return { wx, seen, will };
}
