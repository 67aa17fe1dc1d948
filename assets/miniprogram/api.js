// Everything the pages ask of the server and of WeChat. `wx` comes in as an argument, so that tests bring their own.

const FINAL = ['completed', 'failed', 'cancelled'];
const PAID = ['paid', 'refunding', 'refunded'];

function create(wx, base, language) {
  let session = wx.getStorageSync('session') || null;
  let entering = null;
  let site = null;

  // Promises around WeChat -------------------------------------------------------------------------

  const call = (name, options) => new Promise((resolve, reject) => {
    wx[name]({ ...options, success: resolve, fail: reject });
  });
  const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
  const key = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12)}`;

  function header(answer, name) {
    const found = Object.keys(answer.header || {}).find((known) => known.toLowerCase() === name);
    return found ? answer.header[found] : '';
  }

  // Any status arrives as a success; a refusal becomes an error with the server's words.
  function outcome(answer) {
    const data = typeof answer.data === 'string' && answer.data ? parse(answer.data) : answer.data;
    if (answer.statusCode >= 200 && answer.statusCode < 300) {
      return { data, retryAfter: Number(header(answer, 'retry-after')) || 0, status: answer.statusCode };
    }
    const problem = data || {};
    const error = new Error(problem.detail || `status ${answer.statusCode}`);
    Object.assign(error, {
      status: answer.statusCode, code: problem.code || 'status', detail: problem.detail, problem,
      retryAfter: Number(header(answer, 'retry-after')) || 0,
    });
    throw error;
  }

  function parse(text) {
    try { return JSON.parse(text); } catch (_) { return null; }
  }

  function offline(cause) {
    const error = new Error(cause.errMsg || 'network');
    return Object.assign(error, { code: 'network', status: 0, retryAfter: 0 });
  }

  async function send(method, path, data, headers) {
    const options = {
      url: base + path, method, data, dataType: 'text',
      header: { 'Accept-Language': language(), 'Content-Type': 'application/json', ...headers },
    };
    const answer = await call('request', options).catch((cause) => { throw offline(cause); });
    return outcome(answer);
  }

  // Log-in -----------------------------------------------------------------------------------------

  function keep(tokens) {
    session = tokens && { access: tokens.access_token, refresh: tokens.refresh_token };
    if (session) wx.setStorageSync('session', session); else wx.removeStorageSync('session');
  }

  async function exchange() {
    const { code } = await call('login', {}).catch((cause) => { throw offline(cause); });
    return send('POST', '/v1/auth/wechat', { code });
  }

  // One log-in however many ask. If WeChat was busy, or the code was spent on the way, it is tried anew, once.
  function logIn() {
    const again = ['wechat_code_spent', 'wechat_unavailable'];
    entering = entering || exchange()
      .catch((error) => { if (again.includes(error.code)) return exchange(); throw error; })
      .then((answer) => { keep(answer.data); return answer.data.user; })
      .finally(() => { entering = null; });
    return entering;
  }

  async function renew() {
    if (entering) return entering;
    if (!session) return logIn();
    const { refresh } = session;
    entering = send('POST', '/v1/auth/refresh', { refresh_token: refresh })
      .then((answer) => { keep(answer.data); })
      .catch((error) => { if (error.status !== 401) throw error; keep(null); })
      .finally(() => { entering = null; });
    await entering;
    return session ? undefined : logIn();
  }

  // Runs `work` with a token; one that is refused is renewed once.
  async function authorised(work) {
    if (!session) await logIn();
    try {
      return await work({ Authorization: `Bearer ${session.access}` });
    } catch (error) {
      if (error.status !== 401) throw error;
      await renew();
      return work({ Authorization: `Bearer ${session.access}` });
    }
  }

  const request = (method, path, data, headers) => authorised(
    (token) => send(method, path, data, { ...headers, ...token }),
  );
  const ask = (method, path, data, headers) => request(method, path, data, headers).then((answer) => answer.data);

  // A request that changes something is repeated under its key while the network fails: it happens once.
  async function once(path, data) {
    const headers = { 'Idempotency-Key': key() };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask('POST', path, data, headers);
      } catch (error) {
        if (error.code !== 'network' || attempt === 3) throw error;
        await sleep(1000 * 2 ** attempt);
      }
    }
  }

  // Pictures ---------------------------------------------------------------------------------------

  const upload = (filePath) => authorised(async (token) => {
    const options = {
      url: `${base}/v1/uploads`, filePath, name: 'file', header: { 'Accept-Language': language(), ...token },
    };
    const answer = await call('uploadFile', options).catch((cause) => { throw offline(cause); });
    return outcome(answer).data;
  });

  // Follows a job until it has ended, asking as often as the server says. `stop()` ends it; ask again on return.
  function follow(id, changed) {
    let stopped = false;
    const ended = (async () => {
      let failures = 0;
      while (!stopped) {
        let wait = 2;
        try {
          const answer = await request('GET', `/v1/jobs/${id}`);
          failures = 0;
          if (stopped) return null;
          changed(answer.data);
          if (FINAL.includes(answer.data.status)) return answer.data;
          wait = answer.retryAfter || wait;
        } catch (error) {
          const passing = error.code === 'network' || error.status === 429 || error.status >= 500;
          if (!passing) throw error;
          failures += 1;
          wait = error.retryAfter || Math.min(2 ** failures, 30);
        }
        await sleep(wait * 1000);
      }
      return null;
    })();
    return { ended, stop() { stopped = true; } };
  }

  // Downloads a picture and saves it, if the user lets us.
  async function saveToAlbum(url, explain) {
    const { authSetting } = await call('getSetting', {});
    if (authSetting['scope.writePhotosAlbum'] === false) {
      const { confirm } = await call('showModal', { content: explain });
      if (!confirm) return false;
      const opened = await call('openSetting', {});
      if (!opened.authSetting['scope.writePhotosAlbum']) return false;
    } else if (authSetting['scope.writePhotosAlbum'] === undefined) {
      const allowed = await call('authorize', { scope: 'scope.writePhotosAlbum' }).then(() => true, () => false);
      if (!allowed) return false;
    }
    const file = await call('downloadFile', { url }).catch((cause) => { throw offline(cause); });
    if (file.statusCode !== 200) throw offline({ errMsg: `download ${file.statusCode}` });
    await call('saveImageToPhotosAlbum', { filePath: file.tempFilePath });
    return true;
  }

  // Messages and money -----------------------------------------------------------------------------

  async function about() {
    site = site || (await send('GET', '/v1/site')).data;
    return site;
  }

  // Asks, on the tap that makes a picture, whether its end may be told. A no is no error, nor is a server that does not
  // answer. WeChat wants to be asked in the tap itself: pages call `about` before, so that nothing is waited for here.
  async function askToNotify() {
    const { wechat } = site || await about().catch(() => ({}));
    const template = wechat && wechat.templates.job;
    if (!template) return false;
    const answer = await call('requestSubscribeMessage', { tmplIds: [template] }).catch(() => ({}));
    return answer[template] === 'accept';
  }

  function refusal(code) {
    return Object.assign(new Error(code), { code, status: 0 });
  }

  // Buys a package. The credits are there once the order says so; the client's word is not enough.
  async function buy(packageId, patience = 15) {
    await logIn(); // payments are signed with the key of the newest log-in
    let order = await once('/v1/orders', { package: packageId, channel: 'xpay' });
    try {
      order = await pay(order);
    } catch (cause) {
      const code = cause.errCode === undefined ? cause.code : cause.errCode;
      if (code === -2) {
        await ask('POST', `/v1/orders/${order.id}/cancel`, {}).catch(() => null);
        throw refusal('cancelled');
      }
      // -5: nobody knows. The order is asked about like a paid one.
      if (code !== -5) throw refusal('payment');
    }
    for (let n = 0; n < patience; n += 1) {
      order = await ask('GET', `/v1/orders/${order.id}`);
      if (PAID.includes(order.status)) return order;
      await sleep(2000);
    }
    return order;
  }

  // A stale log-in (-15005) is renewed and the payment signed again, once.
  async function pay(order) {
    try {
      await call('requestVirtualPayment', order.payment);
      return order;
    } catch (cause) {
      if (cause.errCode !== -15005) throw cause;
      await logIn();
      const again = await ask('GET', `/v1/orders/${order.id}`);
      await call('requestVirtualPayment', again.payment);
      return again;
    }
  }

  const pages = (path) => (cursor) => ask('GET', cursor ? `${path}?cursor=${encodeURIComponent(cursor)}` : path);

  return {
    logIn,
    about,
    upload,
    follow,
    saveToAlbum,
    askToNotify,
    buy,
    catalog: () => ask('GET', '/v1/catalog'),
    submit: (job) => once('/v1/jobs', job),
    job: (id) => ask('GET', `/v1/jobs/${id}`),
    cancel: (id) => ask('POST', `/v1/jobs/${id}/cancel`, {}),
    works: pages('/v1/works'),
    work: (id) => ask('GET', `/v1/works/${id}`),
    deleteWork: (id) => ask('DELETE', `/v1/works/${id}`),
    share: (id) => ask('POST', `/v1/works/${id}/share`, {}),
    credits: () => ask('GET', '/v1/credits'),
    entries: pages('/v1/credits/entries'),
    packages: () => ask('GET', '/v1/credits/packages'),
    redeem: (code) => once('/v1/credits/redeem', { code }),
    me: () => ask('GET', '/v1/me'),
    change: (fields) => ask('PUT', '/v1/me', fields),
    erase: () => ask('DELETE', '/v1/me').then((receipt) => { keep(null); return receipt; }),
  };
}

module.exports = { create };
