// Makes a picture: a kind, its photos, its options. Everything offered comes from the server's catalog.
const app = getApp();

Page({
  data: { t: {}, lang: 'zh', kinds: [], kind: null, inputs: {}, chosen: {}, outputs: [], output: '', busy: false },

  async onShow() {
    this.setData({ t: app.words.make, lang: app.language });
    app.api.about().catch(() => null); // the tap that makes the picture needs it
    if (this.data.kinds.length) return;
    try {
      const catalog = await app.api.catalog();
      this.setData({ kinds: catalog.kinds, outputs: catalog.outputs });
      this.choose(catalog.kinds[0].kind);
    } catch (error) { app.explain(error); }
  },

  pickKind(event) { this.choose(event.currentTarget.dataset.kind); },

  choose(id) {
    const kind = this.data.kinds.find((row) => row.kind === id);
    const chosen = {};
    kind.settings.forEach((setting) => { chosen[setting.id] = setting.default; });
    const fits = kind.outputs.map((output) => this.data.outputs.find((row) => row.id === output));
    this.setData({ kind, chosen, inputs: {}, fits, output: fits[0].id });
  },

  pickOption(event) {
    const { setting, option } = event.currentTarget.dataset;
    this.setData({ [`chosen.${setting}`]: option });
  },

  pickOutput(event) { this.setData({ output: event.currentTarget.dataset.output }); },

  async pickPhotos(event) {
    const { role, max } = event.currentTarget.dataset;
    try {
      const known = this.data.inputs[role] || [];
      const count = max > 1 ? max - known.length : 1;
      if (count < 1) return;
      const picked = await new Promise((success, fail) => {
        wx.chooseMedia({ count, mediaType: ['image'], sizeType: ['original'], success, fail });
      });
      wx.showLoading({ title: '…', mask: true });
      const photos = max > 1 ? [...known] : [];
      for (const file of picked.tempFiles) {
        const upload = await app.api.upload(file.tempFilePath);
        photos.push({ id: upload.id, path: file.tempFilePath });
      }
      this.setData({ [`inputs.${role}`]: photos });
    } catch (error) {
      // Closing the album is no error.
      if (!error.errMsg || error.code) app.explain(error);
    } finally { wx.hideLoading(); }
  },

  async make() {
    const { kind, inputs, chosen, output, t } = this.data;
    const lacks = kind.inputs.find((input) => (inputs[input.role] || []).length < input.min);
    if (lacks) { wx.showToast({ title: t.need, icon: 'none' }); return; }
    if (this.data.busy) return;
    this.setData({ busy: true });
    try {
      await app.api.askToNotify();
      const sent = {};
      kind.inputs.forEach((input) => {
        const ids = (inputs[input.role] || []).map((photo) => photo.id);
        if (ids.length) sent[input.role] = input.max > 1 ? ids : ids[0];
      });
      const job = await app.api.submit({ kind: kind.kind, inputs: sent, settings: chosen, output });
      wx.navigateTo({ url: `/pages/wait/index?id=${job.id}` });
    } catch (error) {
      app.explain(error);
      if (error.code === 'insufficient_credits') wx.switchTab({ url: '/pages/credits/index' });
    } finally { this.setData({ busy: false }); }
  },
});
