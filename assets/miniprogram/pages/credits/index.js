// Credits: the balance, packages to buy, codes to redeem, and every entry.
const app = getApp();

Page({
  data: { t: {}, lang: 'zh', balance: null, packages: [], open: false, entries: [], cursor: null, code: '', busy: false },

  onShow() {
    this.setData({ t: app.words.credits, lang: app.language });
    this.load();
  },

  async load() {
    try {
      const [credits, offer, page] = await Promise.all([app.api.credits(), app.api.packages(), app.api.entries()]);
      const yuan = (row) => ({ ...row, price: (row.price_fen / 100).toFixed(2) });
      this.setData({
        balance: credits.balance,
        packages: offer.items.map(yuan),
        open: offer.channels.some((channel) => channel.id === 'xpay'),
        entries: page.items,
        cursor: page.next_cursor,
      });
    } catch (error) { app.explain(error); }
  },

  async onReachBottom() {
    if (!this.data.cursor) return;
    try {
      const page = await app.api.entries(this.data.cursor);
      this.setData({ entries: this.data.entries.concat(page.items), cursor: page.next_cursor });
    } catch (error) { app.explain(error); }
  },

  async buy(event) {
    const { t, open, busy } = this.data;
    if (!open) { wx.showToast({ title: t.notHere, icon: 'none' }); return; }
    if (busy) return;
    this.setData({ busy: true });
    try {
      const order = await app.api.buy(event.currentTarget.dataset.id);
      wx.showToast({ title: order.status === 'paid' ? t.done : t.later, icon: 'none' });
      await this.load();
    } catch (error) { app.explain(error); } finally { this.setData({ busy: false }); }
  },

  typeCode(event) { this.setData({ code: event.detail.value }); },

  async redeem() {
    if (!this.data.code) return;
    try {
      await app.api.redeem(this.data.code);
      this.setData({ code: '' });
      wx.showToast({ title: this.data.t.added });
      await this.load();
    } catch (error) { app.explain(error); }
  },
});
