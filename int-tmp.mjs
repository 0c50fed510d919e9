import { spawn } from 'node:child_process';
for (const [ms, sig] of [[400,'SIGINT'],[1500,'SIGTERM'],[3000,'SIGINT']]) {
  const t0 = Date.now();
  const c = spawn(process.execPath, ['--import','tsx','services/main.ts','demo'], {stdio:['ignore','pipe','pipe']});
  let o=''; c.stdout.on('data',d=>o+=d); c.stderr.on('data',d=>o+=d);
  setTimeout(()=>c.kill(sig), ms);
  const r = await new Promise(res=>c.on('exit',(code,s)=>res([code,s])));
  console.log(ms, sig, r, Date.now()-t0, JSON.stringify(o.slice(-300)));
}
