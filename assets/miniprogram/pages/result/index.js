// A finished picture: look, save, share. `id` is a job, `work` a work.
const app = getApp();

Page({
  data: { t: {}, image: null, work: null, title: '' },

  async onLoad(query) {
    this.setData({ t: app.words.result });
    try {
      if (query.work) {
        const work = await app.api.work(query.work);
        this.setData({ image: work.image, work: work.id, title: work.title });
      } else {
        const job = await app.api.job(query.id);
        if (!job.result) { wx.showToast({ title: app.words.result.gone, icon: 'none' }); return; }
        this.setData({ image: job.result.images[0], work: job.result.work_id });
      }
    } catch (error) { app.explain(error); }
  },

  look() { wx.previewImage({ urls: [this.data.image.url] }); },

  async save() {
    try {
      const { t, image } = this.data;
      const saved = await app.api.saveToAlbum(image.url, t.allow);
      if (saved) wx.showToast({ title: t.saved });
    } catch (error) { app.explain(error); }
  },

  // The card leads into the mini-program; the picture itself is shown by its owner only.
  onShareAppMessage() {
    const { image, title } = this.data;
    const card = { title: title || 'Atelier', path: '/pages/make/index' };
    return image ? { ...card, imageUrl: image.thumbnail_url } : card;
  },

  another() { wx.switchTab({ url: '/pages/make/index' }); },
});
