// Waits for a picture: progress, and cancelling while it still waits its turn. It goes on without this page.
const app = getApp();

Page({
  data: { t: {}, lang: 'zh', job: null },

  onLoad(query) {
    this.id = query.id;
    this.setData({ t: app.words.wait, lang: app.language });
  },

  // WeChat stops requests in the background: whoever comes back asks anew.
  onShow() { this.follow(); },
  onHide() { this.leave(); },
  onUnload() { this.leave(); },

  leave() { if (this.following) this.following.stop(); this.following = null; },

  async follow() {
    this.leave();
    const following = app.api.follow(this.id, (job) => this.setData({ job }));
    this.following = following;
    try {
      const job = await following.ended;
      if (job && job.status === 'completed') wx.redirectTo({ url: `/pages/result/index?id=${job.id}` });
    } catch (error) { app.explain(error); }
  },

  async cancel() {
    try {
      this.setData({ job: await app.api.cancel(this.id) });
    } catch (error) { app.explain(error); }
  },

  again() { wx.switchTab({ url: '/pages/make/index' }); },
});
