// Loaded by `node --require` before a main program that is not there: waits on descriptor 3 for the one script to run
// (src/process/README.md), then lets Node go on with that. The script must find everything as `node SCRIPT` would.
'use strict'
const fs = require('fs')
const Module = require('module')

const buffer = Buffer.alloc(65536)
const length = fs.readSync(3, buffer)
if (length === 0) process.exit(0)
try {
  const [guard, output, error, folder, script, ...variables] = buffer.toString('utf8', 0, length).split('\0')
  for (const [number, place] of [[output, 1], [error, 2]]) {
    fs.closeSync(place)
    // The lowest free number is taken.
    if (fs.openSync(`/proc/${guard}/fd/${number}`, 'w') !== place) throw new Error('the outputs are not in place')
  }
  process.chdir(folder)
  for (let at = 0; at + 1 < variables.length; at += 2) process.env[variables[at]] = variables[at + 1]
  if ('PWD' in process.env) process.env.PWD = process.cwd()
  fs.accessSync(script, fs.constants.R_OK)
  process.argv[1] = script
  process.execArgv.length = 0
  delete require.cache[__filename]
  const parent = Module.prototype && module.parent
  if (parent && parent.children) parent.children = parent.children.filter((child) => child !== module)
  const runMain = Module.runMain
  Object.defineProperty(Module, 'runMain', {
    configurable: true,
    enumerable: true,
    // Read once, by Node itself: bound, it leaves no frame of its own in traces.
    get() {
      Object.defineProperty(Module, 'runMain', { configurable: true, enumerable: true, writable: true, value: runMain })
      return runMain.bind(Module, script)
    },
    set(value) {
      Object.defineProperty(Module, 'runMain', { configurable: true, enumerable: true, writable: true, value })
    }
  })
  fs.writeSync(3, String(process.pid))
  fs.closeSync(3)
} catch {
  fs.writeSync(3, 'failed')
  process.exit(0)
}
