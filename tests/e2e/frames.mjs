// How long the page works at one go, and all in all. Time of the processor, not of the clock: a machine that has other work to do makes every frame late,
// and says nothing about the page.
export async function measureWork(page, context) {
  const client = await context.newCDPSession(page);
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'] } });
  return async () => {
    const complete = new Promise((resolve) => { client.once('Tracing.tracingComplete', resolve); });
    await client.send('Tracing.end');
    await complete;
    await client.detach();
    const pages = new Set(events.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain').map((event) => `${event.pid} ${event.tid}`));
    const tasks = events.filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && event.tdur !== undefined && pages.has(`${event.pid} ${event.tid}`));
    if (tasks.length === 0) throw new Error('the browser did not say how long it worked');
    const sum = tasks.reduce((total, task) => total + task.tdur, 0) / 1000;
    return { tasks: tasks.length, sum, longest: Math.max(...tasks.map((task) => task.tdur)) / 1000, late: Math.max(...tasks.map((task) => task.dur)) / 1000 };
  };
}
