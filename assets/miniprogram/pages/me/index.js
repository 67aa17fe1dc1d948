// The user's own settings, their plan, the language of the pages, and the way out.
const app = getApp();

Page({
  data: { t: {}, lang: 'zh', me: null },

  onShow() { this.load(); },

  async load() {
    this.setData({ t: app.words.me, lang: app.language });
    try {
      this.setData({ me: await app.api.me() });
    } catch (error) { app.explain(error); }
  },

  async change(event) {
    const { field } = event.currentTarget.dataset;
    try {
      this.setData({ me: await app.api.change({ settings: { [field]: event.detail.value } }) });
    } catch (error) { app.explain(error); }
  },

  async language() {
    app.setLanguage(app.language === 'zh' ? 'en' : 'zh');
    await app.api.change({ settings: { language: app.language } }).catch((error) => app.explain(error));
    this.load();
  },

  erase() {
    wx.showModal({
      content: this.data.t.sure,
      success: async ({ confirm }) => {
        if (!confirm) return;
        try {
          await app.api.erase();
          this.setData({ me: null });
          wx.showToast({ title: this.data.t.erased, icon: 'none' });
        } catch (error) { app.explain(error); }
      },
    });
  },
});
