// Starts the mini-program: one API for all pages, and the language of the phone.
const api = require('./api');
const config = require('./config');
const words = require('./words');

App({
  onLaunch() {
    const kept = wx.getStorageSync('language');
    const phone = (wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync()).language || 'zh_CN';
    this.setLanguage(kept || (phone.startsWith('zh') ? 'zh' : 'en'));
    this.api = api.create(wx, config.base, () => this.language);
  },

  setLanguage(language) {
    this.language = language;
    this.words = words[language];
    wx.setStorageSync('language', language);
  },

  // What every page shows: its words, and a problem in the user's language.
  explain(error) {
    const detail = error.detail || this.words.errors[error.code] || this.words.errors.network;
    wx.showToast({ title: detail, icon: 'none', duration: 3000 });
  },
});
