// Loaded before the app by a test: a defect inside the proxy, which no input can bring about.
const http = require('node:http');

const { request } = http;
http.request = (options, ...rest) => {
  if (options.path?.startsWith('/rooms/')) throw new TypeError('marked-defect: cannot read properties of undefined');
  return request.call(http, options, ...rest);
};
