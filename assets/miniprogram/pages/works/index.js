// The user's works, page by page.
const app = getApp();

Page({
  data: { t: {}, items: [], cursor: null, loaded: false },

  onShow() {
    this.setData({ t: app.words.works });
    this.load(true);
  },

  async load(fresh) {
    try {
      const page = await app.api.works(fresh ? null : this.data.cursor);
      const items = fresh ? page.items : this.data.items.concat(page.items);
      this.setData({ items, cursor: page.next_cursor, loaded: true });
    } catch (error) { app.explain(error); }
  },

  onReachBottom() { if (this.data.cursor) this.load(false); },

  async onPullDownRefresh() {
    await this.load(true);
    wx.stopPullDownRefresh();
  },

  open(event) { wx.navigateTo({ url: `/pages/result/index?work=${event.currentTarget.dataset.id}` }); },

  remove(event) {
    const { id } = event.currentTarget.dataset;
    wx.showModal({
      content: this.data.t.sure,
      success: async ({ confirm }) => {
        if (!confirm) return;
        try {
          await app.api.deleteWork(id);
          this.setData({ items: this.data.items.filter((work) => work.id !== id) });
        } catch (error) { app.explain(error); }
      },
    });
  },
});
