#include "main/serve.h"

#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/console.h"
#include "main/installation.h"
#include "syntax/diagnostic.h"

extern char** environ;

namespace gyr::main {
namespace {

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

/// Those that end the server, and SIGHUP.
sigset_t awaited_signals() {
  sigset_t signals = ending_signals();
  sigaddset(&signals, SIGHUP);
  return signals;
}

/// Blocks the signals that the server waits for in every thread that starts later; wait() takes them.
class Signals {
 public:
  Signals() {
    sigset_t signals = awaited_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    struct sigaction action = {};
    sigaction(SIGHUP, nullptr, &action);
    ignores_hangup_ = action.sa_handler == SIG_IGN;
  }
  /// Returns the signal that ends the server. SIGHUP opens the log file again; without one, it ends the server as when
  /// a terminal is closed, unless the process was started to ignore it (nohup).
  int wait(Installation& installation) {
    sigset_t signals = awaited_signals();
    for (;;) {
      int number = 0;
      if (sigwait(&signals, &number) != 0) continue;
      if (number != SIGHUP) return number;
      if (installation.has_log_file()) {
        installation.reopen_logs();
      } else if (!ignores_hangup_) {
        return number;
      }
    }
  }
  /// After this call a signal ends the process at once.
  void end_at_once() {
    struct sigaction action = {};
    action.sa_handler = [](int number) { ::_exit(128 + number); };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    sigset_t signals = ending_signals();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  }

 private:
  bool ignores_hangup_ = false;
};

std::string_view name_of_signal(int number) {
  return number == SIGTERM ? "SIGTERM" : number == SIGHUP ? "SIGHUP" : "SIGINT";
}

int report(const base::Error& error) {
  cli::FileOutput err(2);
  std::string_view file = error.place() == nullptr ? std::string_view() : std::string_view(error.place()->file);
  err.write(syntax::print_diagnostics({syntax::diagnostic_of(error)}, file, "", {.color = err.is_terminal()}));
  return cli::exit_failed;
}

/// Every error of the configuration with its place.
int report(const config::Reading& reading) {
  cli::FileOutput err(2);
  std::string out;
  for (const config::SourceFindings& source : reading.sources) {
    std::vector<syntax::Diagnostic> errors;
    for (const syntax::Diagnostic& found : source.diagnostics) {
      if (found.severity == syntax::Severity::error) errors.push_back(found);
    }
    if (errors.empty()) continue;
    if (!out.empty()) out += '\n';
    out += syntax::print_diagnostics(errors, source.name, source.text, {.color = err.is_terminal()});
  }
  err.write(out);
  return cli::exit_failed;
}

}  // namespace

int serve(const cli::ServerOptions& options, std::unique_ptr<process::Spawner> spawner, base::MonotonicTime began) {
  Signals signals;
  Installation installation(options, environ, std::move(spawner));
  installation.on_stop_request([] { ::kill(::getpid(), SIGTERM); });
  if (auto started = installation.start(); !started) {
    installation.stop();
    return installation.reading().failed() ? report(installation.reading()) : report(started.error());
  }
  auto took = std::chrono::duration_cast<std::chrono::milliseconds>(base::monotonic_now() - began);
  cli::FileOutput(2).write(fmt::format("ready {} in {} ms\n", installation.url(), took.count()));
  base::return_free_memory();  // the start needed more; from now on this thread only waits
  int number = signals.wait(installation);
  base::log::info("{} received: waiting for running tasks to finish; a second signal stops the server at once",
                  name_of_signal(number));
  signals.end_at_once();
  installation.stop();
  return cli::exit_ok;
}

}  // namespace gyr::main
