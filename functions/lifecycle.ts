// What the worker tells the app of its own life.
import { app } from '@azure/functions';

app.hook.appTerminate(async () => {
  const proxy = await import('../shared/proxy');
  await proxy.shutDown();
});
