// Every word of the pages, in both languages.
module.exports = {
  zh: {
    make: {
      title: '想做什么图片？', pick: '选择照片', more: '再加一张', settings: '选项', output: '尺寸', go: '生成',
      price: '积分', need: '请先选好照片', unlimited: '免费',
    },
    wait: { title: '正在生成', cancel: '取消并退还积分', later: '可以离开，完成后在作品里查看', again: '再试一次' },
    result: {
      title: '完成', save: '保存到相册', share: '分享', another: '再做一张', mark: 'AI生成', saved: '已保存',
      gone: '图片已删除', allow: '需要相册权限才能保存，请在设置中打开',
    },
    works: { title: '我的作品', empty: '还没有作品', remove: '删除', sure: '确定删除这件作品？' },
    credits: {
      title: '我的积分', packages: '购买积分', bonus: '赠', redeem: '兑换', code: '兑换码', entries: '明细',
      done: '积分已到账', later: '支付结果确认中，请稍后查看', notHere: '请在网页购买', added: '已兑换',
    },
    me: {
      title: '我', plan: '套餐', none: '无', notify: '完成后微信通知我', save: '自动保存到作品', language: 'English',
      made: '作品数', erase: '注销账号', sure: '账号、作品和剩余积分将被永久删除，无法恢复。', erased: '已注销',
    },
    errors: {
      network: '网络不通，请稍后再试', cancelled: '已取消支付', payment: '支付未成功', timeout: '等待太久，请稍后查看',
    },
  },
  en: {
    make: {
      title: 'What shall it be?', pick: 'Choose photos', more: 'One more', settings: 'Options', output: 'Size',
      go: 'Make it', price: 'credits', need: 'Choose the photos first', unlimited: 'free',
    },
    wait: {
      title: 'Being made', cancel: 'Cancel and get the credits back', later: 'You may leave; find it under Works',
      again: 'Try again',
    },
    result: {
      title: 'Done', save: 'Save to album', share: 'Share', another: 'Make another', mark: 'AI-generated', saved: 'Saved',
      gone: 'The picture was deleted', allow: 'Saving needs access to the album; allow it in the settings',
    },
    works: { title: 'My works', empty: 'Nothing here yet', remove: 'Delete', sure: 'Delete this work?' },
    credits: {
      title: 'My credits', packages: 'Buy credits', bonus: 'bonus', redeem: 'Redeem', code: 'Code', entries: 'Entries',
      done: 'The credits are there', later: 'The payment is being confirmed; look again later',
      notHere: 'Buy on the web page', added: 'Redeemed',
    },
    me: {
      title: 'Me', plan: 'Plan', none: 'none', notify: 'Tell me on WeChat when it is done', save: 'Keep in my works',
      language: '中文', made: 'Works', erase: 'Delete the account',
      sure: 'The account, its works and its credits are deleted for good.', erased: 'Deleted',
    },
    errors: {
      network: 'No connection; try again later', cancelled: 'Payment cancelled', payment: 'The payment did not succeed',
      timeout: 'This takes too long; look again later',
    },
  },
};
