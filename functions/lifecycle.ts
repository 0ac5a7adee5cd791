// What the worker tells the app of its own life.
import { app } from '@azure/functions';
import { loadProxy } from './proxy';

app.hook.appTerminate(async () => {
  const proxy = await loadProxy();
  await proxy.shutDown();
});
