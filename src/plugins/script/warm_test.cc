// Scripts in started interpreters: the same results as without, and no state of one script reaches the next.
#include "plugins/script/warm.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "plugins/runner/spawned_processes.h"
#include "plugins/script/python_packages.h"
#include "plugins/testing/task_test.h"
#include "process/testing/program.h"
#include "process/testing/recorder.h"
#include "syntax/json.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using model::LogLevel;
using Lines = std::vector<std::string>;

/// Everything a run shows.
struct Shown {
  std::string failure;  ///< empty where it succeeded
  std::string outputs;
  Lines printed;
  Lines errors;
  Lines warnings;
  friend bool operator==(const Shown&, const Shown&) = default;
  friend void PrintTo(const Shown& shown, std::ostream* out) {
    *out << fmt::format("failure: {}\noutputs: {}\nprinted:\n{}\nerrors:\n{}\nwarnings:\n{}\n", shown.failure,
                        shown.outputs, fmt::join(shown.printed, "\n"), fmt::join(shown.errors, "\n"),
                        fmt::join(shown.warnings, "\n"));
  }
};

class WarmScripts : public TaskTest {
 protected:
  WarmScripts() {
    context->given_processes = &processes;
    // Launchers of the developer that are scripts (pyenv) are not kept started.
    const char* path = std::getenv("PATH");
    path_ = path == nullptr ? "" : path;
    ::setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
  }
  ~WarmScripts() override { ::setenv("PATH", path_.c_str(), 1); }

  Shown shown(std::string_view language, bool warm, std::string_view script, std::string_view more = "") {
    std::string indented;
    for (char character : script) {
      indented += character;
      if (character == '\n') indented += "  ";
    }
    context->logged.clear();
    auto result =
        run(fmt::format("id: t\ntype: io.kestra.plugin.scripts.{}.Script\nwarmInterpreter: {}\n{}{}script: |2\n  {}\n",
                        language, warm, more, more.empty() ? "" : "\n", indented));
    Shown shown{result ? "" : result.error().error.to_string(), "", context->lines(LogLevel::info),
                context->lines(LogLevel::error), context->lines(LogLevel::warn)};
    shown.outputs = syntax::write_json(result ? result->outputs : result.error().outputs);
    return shown;
  }
  Shown python(std::string_view script, std::string_view more = "") { return shown("python", true, script, more); }
  /// Runs without and, twice, with a started interpreter: the first of these may have to start it.
  void expect_same(std::string_view language, std::string_view script, std::string_view more = "") {
    Shown cold = shown(language, false, script, more);
    for (int i : {1, 2}) EXPECT_EQ(shown(language, true, script, more), cold) << "run " << i << " of\n" << script;
  }

  std::unique_ptr<process::Spawner> spawner = process::testing::spawner_of_this_program();
  runner::SpawnedProcesses processes{*spawner, loop};

 private:
  std::string path_;
};

/// In a script: whether it runs in a started interpreter, and the process that it is a copy of.
constexpr std::string_view tell_how = R"(import os
def zygote():
    for pid in open(f"/proc/{os.getppid()}/task/{os.getppid()}/children").read().split():
        if int(pid) != os.getpid():
            return int(pid)
print("warm" if "gyr_starter" in open("/proc/self/cmdline").read() else "cold", zygote() or 0)
)";

/// The number in the first line that tell_how prints; 0 where it was not warm.
int zygote_of(const Shown& shown) {
  if (shown.printed.empty() || !shown.printed[0].starts_with("warm ")) return 0;
  return std::atoi(shown.printed[0].c_str() + 5);
}

constexpr std::string_view python_scripts[] = {
    "print('hello')\nprint('::{\"outputs\":{\"n\":1}}::')",
    "import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)",
    "import sys\nsys.exit('a text')",
    "raise SystemExit(257)",
    "import os\nprint('lost', end='')\nos._exit(4)",
    "def f():\n    raise ValueError('é')\nf()",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('outer') from e",
    "def broken(:\n  pass",
    "  indented = 1\nx = 2",
    "raise KeyboardInterrupt",
    "import sys\nsys.excepthook = lambda kind, value, trace: print('hook', kind.__name__, value, trace.tb_lineno, "
    "trace.tb_next)\nraise ValueError(5)",
    "import sys\ndef hook(*_):\n    raise OSError('in the hook')\nsys.excepthook = hook\nraise ValueError(5)",
    "import sys, traceback\ntry:\n    raise ValueError(1)\nexcept ValueError:\n    "
    "traceback.print_exc()\nprint(sys.exc_info())",
    "import sys\nprint(sys.argv, sys.orig_argv, sys.flags, sys.executable, sys.prefix, sys.path, sys.warnoptions, "
    "sys._xoptions)",
    "print(__name__, __file__, __spec__, __loader__.get_filename(), __package__, __doc__, "
    "__builtins__)\nprint(sorted(globals()))",
    "import sys\nprint(sorted(sys.modules))",
    "import sys\nfor f in (sys.stdin, sys.stdout, sys.stderr):\n    print(f, f.isatty(), f.line_buffering, "
    "f.write_through, f.errors, type(f.buffer), f.seekable())\n"
    "print(repr(sys.stdin.read()))",
    "import sys\nsys.stdout.write('no end of line')\nimport atexit\natexit.register(lambda: print(' and at "
    "exit'))\nraise ValueError",
    "import os\nprint(sorted(os.environ.items()))\nprint(os.getcwd(), os.environ['PWD'], os.popen('echo "
    "$WORKING_DIR').read())",
    "import signal\nprint([signal.getsignal(s) for s in sorted(signal.valid_signals())], "
    "signal.pthread_sigmask(signal.SIG_BLOCK, []))",
    "import threading, time\ndone = threading.Event()\ndef work():\n    done.wait()\n    "
    "print('thread')\nthreading.Thread(target=work).start()\n"
    "print(threading.main_thread() is threading.current_thread(), threading.active_count())\ndone.set()",
    "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='T')\nt.start()\nt.join()\nprint('after')",
    "print('ünïcødé 🐦')\nimport sys, locale\nprint(sys.stdout.encoding, sys.getfilesystemencoding(), "
    "locale.getlocale())",
    "import os\nif os.fork() == 0:\n    print('child')\nelse:\n    os.wait()\n    print('parent')",
    "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'import sys; print(sys.argv)'], "
    "capture_output=True, text=True).stdout)",
    "import os\nprint(sorted(os.listdir('/proc/self/fd')), os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid(), "
    "os.umask(0))\nos.setsid()",
    "import inspect, pickle\nclass A:\n    x = 1\nprint(inspect.getsource(A), pickle.loads(pickle.dumps(A())).x, "
    "inspect.getfile(A))",
    "import warnings\nwarnings.warn('careful')\nwarnings.warn('old', DeprecationWarning)",
    "import sys\ntry:\n    def f(): f()\n    f()\nexcept RecursionError as e:\n    "
    "print(e)\nprint(sys.getrecursionlimit())",
    "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    print('async')\nasyncio.run(main())",
    "import multiprocessing\ndef f(x):\n    return x * 2\nif __name__ == '__main__':\n    with multiprocessing.Pool(2) "
    "as pool:\n        print(pool.map(f, [1, 2, 3]))",
    "import sys\nprint(sys.stdin.fileno(), hasattr(sys, 'last_traceback'), hasattr(sys, 'ps1'), sys.gettrace(), "
    "sys.excepthook is sys.__excepthook__)",
    "# -*- coding: latin-1 -*-\nprint('é')",
    "import gc\nprint(gc.isenabled(), gc.get_threshold(), gc.garbage, gc.callbacks, gc.is_tracked([]))",
    "import gc, os\nclass Told:\n    def __init__(self, name):\n        self.name = name\n        self.me = self\n    "
    "def "
    "__del__(self):\n        print('gone', self.name)\nTold('collected')\ngc.collect()\nTold('at the end')\nkept = "
    "Told('in a global')\nos.kept = Told('in a module of the start')\nopened = open('late.txt', 'w')\n"
    "opened.write('x')\nprint(gc.isenabled())",
    "",
};

TEST_F(WarmScripts, ShowTheSameAsOthers) {  // SCRIPT-23, SCRIPT-25, SCRIPT-26, SCRIPT-31, RUNNER-10, RUNNER-11
  for (std::string_view script : python_scripts) expect_same("python", script);
  expect_same("python",
              "import os, helper\nprint(helper.x, os.environ['GREETING'], os.environ.get('OUTPUT_DIR'))\nopen('o.txt', "
              "'w').write('made')",
              "env: {GREETING: 'hello é', LANG: C.UTF-8}\ninputFiles: {helper.py: 'x = 5'}\noutputDirectory: false");
  Shown how = python(tell_how);
  EXPECT_GT(zygote_of(how), 0) << "none of the above was warm: " << ::testing::PrintToString(how);
}

TEST_F(WarmScripts, EndBySignalsAsOthers) {  // SCRIPT-26
  for (std::string_view name : {"TERM", "SEGV", "KILL", "PIPE", "INT"}) {
    std::string script = fmt::format(
        "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nos.kill(os.getpid(), signal.SIG{})", name);
    if (name == "PIPE")
      script = "import os, signal\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)\nos.kill(os.getpid(), signal.SIGPIPE)";
    Shown cold = shown("python", false, script);
    cold.errors.clear();  // a line of the shell, such as `Terminated`: here there is none
    EXPECT_EQ(python(script), cold) << name;
  }
}

TEST_F(WarmScripts, LeaveNothingForTheNext) {  // RUNNER-10
  constexpr std::string_view state = R"(import builtins, os, random, signal, sys
print(hasattr(builtins, 'leak'), 'LEAK' in os.environ, sys.path, sorted(sys.modules), os.getcwd(), os.umask(0o22), sys.getrecursionlimit())
print(signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGCHLD), sys.stdout.encoding, sorted(globals()), os.nice(0), sys.argv, sys.gettrace())
)";
  Shown before = python(state);
  EXPECT_EQ(before, shown("python", false, state));
  int zygote = zygote_of(python(tell_how));
  ASSERT_GT(zygote, 0);
  Shown spoiler = python(R"(import builtins, json, os, signal, sys
builtins.leak = 1
os.environ['LEAK'] = '1'
sys.path.insert(0, '/leak')
os.chdir('/')
os.umask(0)
os.nice(3)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
sys.setrecursionlimit(77)
sys.settrace(lambda *_: None)
sys.argv.append('leak')
sys.modules['os'].getcwd = lambda: 'leak'
sys.stdout.reconfigure(encoding='ascii')
compile = exec = print = None
builtins.print = None
)");
  EXPECT_EQ(spoiler.failure, "");
  EXPECT_EQ(python(state), before);
  EXPECT_EQ(zygote_of(python(tell_how)), zygote) << "it was the same interpreter";
}

TEST_F(WarmScripts, HaveOneInterpreterForEachEnvironment) {  // RUNNER-10
  Shown plain = python(tell_how);
  Shown other = python(tell_how, "env: {A: '1'}");
  EXPECT_GT(zygote_of(plain), 0) << ::testing::PrintToString(plain);
  EXPECT_GT(zygote_of(other), 0) << ::testing::PrintToString(other);
  EXPECT_NE(zygote_of(plain), zygote_of(other));
  EXPECT_EQ(python(tell_how), plain);
  EXPECT_EQ(python(tell_how, "env: {A: '1'}"), other);
  EXPECT_EQ(python("import os\nprint(os.environ.get('A'))").printed, (Lines{"None"}));
}

TEST_F(WarmScripts, HaveOneParentFromTheirFirstLineOn) {  // RUNNER-10
  // The process between the interpreter and its copy, which starts the session, has ended by then.
  Shown first = python("import os\nprint(os.getppid())");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(python("import os\nprint(os.getppid())"), first);
}

TEST_F(WarmScripts, RunAsACommandIfTheInterpreterIsUnavailable) {  // SCRIPT-21
  EXPECT_GT(zygote_of(python(tell_how)), 0);
  auto cold = [&](std::string_view more) {
    Shown how = python(tell_how, more);
    EXPECT_EQ(how.failure, "") << more;
    EXPECT_TRUE(!how.printed.empty() && how.printed.back().starts_with("cold"))
        << more << ::testing::PrintToString(how);
  };
  cold("beforeCommands: [echo first]");
  cold("interpreter: [/bin/bash, -c]");
  cold("env: {PYTHONPATH: here}");
  cold("env: {PYTHONPATH: '/usr/lib:'}");
  cold("targetOS: WINDOWS");
  // A launcher that is a script, as those of pyenv are.
  std::filesystem::path folder = *context->fake_files.cache_directory() / "launchers";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "python") << "#!/bin/sh\nexec python3 \"$@\"\n";
  std::filesystem::permissions(folder / "python", std::filesystem::perms::owner_all);
  cold(fmt::format("env: {{PATH: '{}:/usr/bin:/bin'}}", folder.string()));
  Shown missing = python("print(1)", "env: {PATH: /no/such}");
  EXPECT_EQ(missing, shown("python", false, "print(1)", "env: {PATH: /no/such}"));
  // A list of variables that is too long for a message.
  cold(fmt::format("env: {{LONG: '{}'}}", std::string(40'000, 'x')));
  EXPECT_FALSE(
      run("{id: t, type: io.kestra.plugin.scripts.python.Script, warmInterpreter: [1], script: x}").has_value());
  EXPECT_EQ(
      problems("{id: t, type: io.kestra.plugin.scripts.python.Commands, warmInterpreter: true, commands: [x]}").size(),
      1U);
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.scripts.python.Script, warmInterpreter: '{{ nope }}', script: x}")
                   .has_value());
}

TEST_F(WarmScripts, SeeFilesThatHaveChangedSinceTheInterpreterStarted) {  // RUNNER-10
  std::filesystem::path folder = *context->fake_files.cache_directory() / "site";
  std::filesystem::create_directories(folder);
  std::string more = fmt::format("env: {{PYTHONPATH: '{}', PYTHONDONTWRITEBYTECODE: '1'}}", folder.string());
  auto customize = [&](std::string_view text) { std::ofstream(folder / "sitecustomize.py") << text; };
  customize("import builtins\nbuiltins.from_site = 1\n");
  std::string script = std::string(tell_how) + "print(from_site)";
  Shown first = python(script, more);
  EXPECT_EQ(python(script, more), first);
  customize("import builtins\nbuiltins.from_site = 2\n");
  Shown second = python(script, more);
  ASSERT_EQ(second.printed.size(), 2U) << ::testing::PrintToString(second);
  EXPECT_EQ(second.printed[1], "2");
  EXPECT_NE(zygote_of(second), zygote_of(first));
  EXPECT_GT(zygote_of(second), 0);
}

TEST_F(WarmScripts, AreRightWhereAnInterpreterCannotBeKept) {  // RUNNER-10
  std::filesystem::path folder = *context->fake_files.cache_directory() / "odd";
  std::filesystem::create_directories(folder);
  auto expect_right = [&](std::string_view name, std::string_view customization) {
    std::filesystem::path own = folder / name;
    std::filesystem::create_directories(own);
    std::ofstream(own / "sitecustomize.py") << customization;
    std::string more = fmt::format("env: {{PYTHONPATH: '{}', PYTHONDONTWRITEBYTECODE: '1'}}", own.string());
    expect_same("python", "print('done')", more);
    EXPECT_TRUE(python(tell_how, more).printed.back().starts_with("cold")) << name;
  };
  expect_right("prints", "import sys\nprint('from the start', file=sys.stderr)\n");
  expect_right("thread", "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n");
  expect_right("dies", "import os, sys\nif '-c' in sys.orig_argv: os._exit(9)\n");
  expect_right("no-fork", "import os\ndef fork(): raise OSError(11, 'no')\nif True: os.fork = fork\n");
}

TEST_F(WarmScripts, AreKilledWithAllTheyStarted) {  // RUNNER-11, SCRIPT-27
  int zygote = zygote_of(python(tell_how));
  ASSERT_GT(zygote, 0);
  constexpr std::string_view stubborn = R"(import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(1, b"%d\n" % os.getpid())
        while True: signal.pause()
    os._exit(0)
os.write(1, b"%d\n" % os.getpid())
while True: signal.pause()
)";
  // Cancelled by its second line, so by an event.
  context->on_log = [this](LogLevel level) {
    if (level == LogLevel::info && context->lines(LogLevel::info).size() == 2) context->cancel.cancel();
  };
  Shown killed = python(stubborn);
  context->on_log = nullptr;
  EXPECT_EQ(killed.failure, "the script was cancelled [GYR-P002]");
  ASSERT_EQ(killed.printed.size(), 2U);
  for (const auto& pid : killed.printed) EXPECT_NE(::kill(std::atoi(pid.c_str()), 0), 0) << pid;
  EXPECT_EQ(::kill(zygote, 0), 0) << "the interpreter itself is no part of the script";
}

TEST_F(WarmScripts, OutliveTheirInterpreter) {  // RUNNER-11
  Shown orphan = python(std::string(tell_how) +
                        "import signal\nos.kill(zygote(), signal.SIGKILL)\nprint('still here')\nraise SystemExit(5)\n");
  ASSERT_EQ(orphan.printed.size(), 2U) << ::testing::PrintToString(orphan);
  EXPECT_EQ(orphan.printed[1], "still here");
  EXPECT_NE(orphan.failure.find("exit code 5"), std::string::npos);
  Shown next = python(tell_how);
  ASSERT_GT(zygote_of(next), 0);
  EXPECT_NE(zygote_of(next), zygote_of(orphan));
  // And where it dies while nothing runs.
  ASSERT_EQ(::kill(zygote_of(next), SIGKILL), 0);
  Shown after = python(tell_how);
  EXPECT_GT(zygote_of(after), 0);
  EXPECT_NE(zygote_of(after), zygote_of(next));
}

TEST_F(WarmScripts, ReportThatTheirGuardianWasKilled) {  // RUNNER-11
  Shown lost = python("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nwhile True: signal.pause()\n");
  EXPECT_NE(lost.failure.find("GYR-P011"), std::string::npos) << lost.failure;
  EXPECT_GT(zygote_of(python(tell_how)), 0);
}

TEST_F(WarmScripts, RunHundredAtOnce) {  // RUNNER-10
  std::filesystem::path folder = *context->fake_files.working_directory();
  std::ofstream(folder / "many.py") << "import os, sys\nprint(os.environ['N'])\nsys.exit(int(os.environ['N']))\n";
  constexpr int count = 100;
  for (int round : {1, 2}) {
    std::vector<process::testing::Recorder> recorders(count);
    std::vector<std::unique_ptr<process::Process>> started;
    for (int i = 0; i < count; ++i) {
      process::Command command;
      command.arguments = {"/bin/sh", "-c", "exit 99"};
      command.environment = {{"N", std::to_string(i)}};
      command.directory = folder.string();
      command.warm = process::WarmInterpreter{
          .arguments = {"python3", "-c", R"(exec(__import__("posix").read(3, 65536), {"__name__": "gyr_starter"}))"},
          .starter = std::string(script::starter("python.py")),
          .copies_itself = true,
          .script = (folder / "many.py").string(),
          .own_variables = {"N"}};
      auto process = spawner->start(loop, std::move(command), recorders[static_cast<size_t>(i)]);
      ASSERT_TRUE(process.has_value());
      started.push_back(*std::move(process));
    }
    ASSERT_TRUE(loop.run_until(
        [&] { return std::all_of(recorders.begin(), recorders.end(), [](const auto& one) { return one.done(); }); },
        std::chrono::minutes(5)));
    for (int i = 0; i < count; ++i) {
      const auto& recorder = recorders[static_cast<size_t>(i)];
      ASSERT_TRUE(recorder.exit.has_value()) << recorder.exit.error().to_string();
      EXPECT_EQ(recorder.exit->status, i) << "round " << round;
      EXPECT_EQ(recorder.output, fmt::format("{}\n", i));
      EXPECT_EQ(recorder.error, "");
    }
  }
  // Only a limited number of them is kept.
  auto kept = [&] {
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", spawner->helper_pid()));
    return std::distance(std::istream_iterator<int>(children), std::istream_iterator<int>());
  };
  EXPECT_TRUE(loop.run_until([&] {
    loop.post([] {});
    return kept() <= 16;
  }));
  EXPECT_GT(kept(), 0);
}

TEST_F(WarmScripts, DieWithTheServer) {  // RUNNER-11
  int zygote = zygote_of(python(tell_how));
  ASSERT_GT(zygote, 0);
  ASSERT_EQ(::kill(zygote, 0), 0);
  spawner.reset();
  EXPECT_TRUE(loop.run_until([&] {
    loop.post([] {});
    return ::kill(zygote, 0) != 0;
  }));
}

constexpr std::string_view node_scripts[] = {
    "console.log('hello'); console.log('::{\"outputs\":{\"n\":1}}::')",
    "console.error('err'); process.exit(3)",
    "process.exitCode = 4; console.log('é 🐦')",
    "function f() { throw new Error('x é') }\nf()",
    "const broken = (",
    "Promise.reject(new Error('late'))",
    "console.log(process.argv, process.execArgv, process.execPath, process.title)",
    "console.log(require.main === module, module.id, module.parent, module.children.length, __filename, module.paths, "
    "Object.keys(require.cache))",
    "console.log(Object.entries(process.env).sort(), process.cwd())",
    "console.log(Object.getOwnPropertyDescriptor(require('module'), 'runMain').writable, "
    "require('module').runMain.name)",
    "process.on('exit', (code) => console.log('exit', code)); setTimeout(() => console.log('later'), 1)",
    "console.log(require('fs').readFileSync(0).length, process.stdout.isTTY, process.stdout.constructor.name)",
    "console.log(require('fs').readdirSync('/proc/self/fd').length > 0, require('child_process').execSync('echo "
    "$WORKING_DIR').toString())",
    "console.log(new Error('here').stack)",
    "(async () => { console.log(typeof (await import('fs')).readFileSync) })()",
};

TEST_F(WarmScripts, OfNodeShowTheSameAsOthers) {  // SCRIPT-23, SCRIPT-25, SCRIPT-26, SCRIPT-31, RUNNER-10
  if (!script::find_program("node")) GTEST_SKIP() << "NOT TESTED: `node` is not installed";
  for (std::string_view script : node_scripts) expect_same("node", script);
  constexpr std::string_view how =
      "console.log(require('fs').readFileSync('/proc/self/cmdline').includes('--require'), process.pid)";
  Shown first = shown("node", true, how);
  Shown second = shown("node", true, how);
  ASSERT_EQ(first.printed.size(), 1U) << ::testing::PrintToString(first);
  EXPECT_TRUE(first.printed[0].starts_with("true ")) << first.printed[0];
  EXPECT_TRUE(second.printed[0].starts_with("true ")) << second.printed[0];
  EXPECT_NE(first.printed[0], second.printed[0]) << "each has a process of its own";
  Shown with_options = shown("node", true, how, "env: {NODE_OPTIONS: '--no-warnings'}");
  ASSERT_EQ(with_options.printed.size(), 1U) << ::testing::PrintToString(with_options);
  EXPECT_TRUE(with_options.printed[0].starts_with("false ")) << with_options.printed[0];
}

}  // namespace
}  // namespace gyr::plugins::testing
