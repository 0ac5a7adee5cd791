// What the worker tells the app of its own life.
import { app } from '@azure/functions';
import { loadProxy } from './proxy';

app.hook.appStart(() => {
  // In the background: the worker waits for its hooks, and shall be ready while the rest still loads.
  setImmediate(async () => {
    const proxy = await loadProxy();
    await proxy.warmUp();
    // Node loads the classes of fetch when they are first named, and the programming model names them with each request.
    new Response();
  });
});

app.hook.appTerminate(async () => {
  const proxy = await loadProxy();
  await proxy.shutDown();
});
