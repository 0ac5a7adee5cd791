// Loaded before the app by a test: tells what the process holds, and sets its wall clock.
const RealDate = Date;
let offset = 0;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + offset);
    else super(...given);
  }
  static now() {
    return RealDate.now() + offset;
  }
};

process.on('message', (message) => {
  if (message === 'stats') {
    globalThis.gc();
    const resources = {};
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
    const { heapUsed, rss } = process.memoryUsage();
    process.send({ heap: heapUsed, rss, resources });
  } else {
    offset = message.offsetMs;
    process.send('set');
  }
});
