// A stand-in for WeChat's server interface: log-in, token, messages, virtual payment. It checks what it is sent.
import { createHmac } from 'node:crypto';
import http from 'node:http';

export const APP_KEY = 'an AppKey of the console';
const SESSION_KEY = '9hAb/NEYUlkaMBEsmFgzig==';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest('hex');

export async function tencent() {
  const house = { messages: [], orders: {}, spent: new Set(), wrong: [] };

  const answers = {
    '/sns/jscode2session': ({ query }) => {
      const code = query.get('js_code');
      if (house.spent.has(code)) return { errcode: 40029, errmsg: 'invalid code' };
      house.spent.add(code);
      return { openid: `o-${code.split('#')[0]}`, session_key: SESSION_KEY };
    },
    '/cgi-bin/stable_token': () => ({ access_token: 'token', expires_in: 7200 }),
    '/cgi-bin/message/subscribe/send': ({ body }) => { house.messages.push(JSON.parse(body)); return { errcode: 0 }; },
    '/xpay/query_order': ({ body }) => {
      const order = house.orders[JSON.parse(body).order_id];
      return order ? { errcode: 0, order } : { errcode: 268490002, errmsg: 'order not exist' };
    },
    '/xpay/notify_provide_goods': () => ({ errcode: 0 }),
  };

  const server = http.createServer(async (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url, 'http://here');
    let body = '';
    for await (const chunk of request) body += chunk;
    if (pathname.startsWith('/xpay/') && query.get('pay_sig') !== hmac(APP_KEY, `${pathname}&${body}`)) {
      house.wrong.push(pathname);
    }
    const answer = answers[pathname] || (() => ({ errcode: -1, errmsg: pathname }));
    response.setHeader('content-type', 'text/plain');
    response.end(JSON.stringify(answer({ query, body })));
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  house.url = `http://127.0.0.1:${server.address().port}`;
  house.close = () => server.close();

  // What the WeChat client does with a payment.
  house.pay = ({ mode, signData, paySig, signature }) => {
    if (mode !== 'short_series_goods' || paySig !== hmac(APP_KEY, `requestVirtualPayment&${signData}`)) return -15006;
    if (signature !== hmac(SESSION_KEY, signData)) return -15005;
    const { outTradeNo, goodsPrice } = JSON.parse(signData);
    house.orders[outTradeNo] = { status: 2, order_fee: goodsPrice, paid_fee: goodsPrice, left_fee: goodsPrice };
    return 0;
  };
  return house;
}
