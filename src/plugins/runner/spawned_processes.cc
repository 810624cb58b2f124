#include "plugins/runner/spawned_processes.h"

#include "plugins/script/line_splitter.h"

namespace gyr::plugins::runner {
namespace {

/// The observer of one process, and what its coroutine waits for. Lives in the coroutine's frame.
class Run final : public process::Observer {
 public:
  Run(base::Loop& loop, const plugin::ProcessRequest& request)
      : loop_(loop),
        request_(request),
        output_([this](std::string_view line) { request_.on_line(false, line); }),
        error_([this](std::string_view line) { request_.on_line(true, line); }) {}

  void on_started(int pid) override {
    if (request_.on_start) request_.on_start(pid);
  }

  bool on_output(bool is_stderr, std::string_view bytes) override {
    (is_stderr ? error_ : output_).feed(bytes);
    if (!request_.room) return true;
    piece_taken_ = true;
    wake();
    return false;
  }

  void on_exit(base::Result<process::Exit> exit) override {
    output_.finish();
    error_.finish();
    exit_ = std::move(exit);
    wake();
  }

  /// Wakes the coroutine; from any turn of the loop.
  void wake() {
    if (waiting_ == nullptr) return;
    loop_.post([waiting = std::exchange(waiting_, nullptr)] { waiting.resume(); });
  }

  /// Completes when there is a piece of output, a cancellation, or the end.
  auto next() {
    struct Awaiter {
      Run& run;
      bool await_ready() const { return run.piece_taken_ || run.exit_ || (run.cancelled && !run.kill_sent); }
      void await_suspend(std::coroutine_handle<> waiting) const { run.waiting_ = waiting; }
      void await_resume() const {}
    };
    return Awaiter{*this};
  }

  bool take_piece() { return std::exchange(piece_taken_, false); }
  const std::optional<base::Result<process::Exit>>& exit() const { return exit_; }

  bool cancelled = false;
  bool kill_sent = false;

 private:
  base::Loop& loop_;
  const plugin::ProcessRequest& request_;
  script::LineSplitter output_;
  script::LineSplitter error_;
  bool piece_taken_ = false;
  std::optional<base::Result<process::Exit>> exit_;
  std::coroutine_handle<> waiting_;
};

/// The run as others may still refer to it: null once it has ended.
class Handle {
 public:
  explicit Handle(Run& run) : run_(std::make_shared<Run*>(&run)) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { *run_ = nullptr; }
  std::shared_ptr<Run* const> shared() const { return run_; }

 private:
  std::shared_ptr<Run*> run_;
};

}  // namespace

base::Task<base::Result<plugin::ProcessExit>> SpawnedProcesses::run_limited(plugin::ProcessRequest request,
                                                                            process::Limits limits,
                                                                            base::CancelToken cancel) {
  if (cancel.cancelled())
    co_return base::fail(plugin::task_cancelled, "the task was cancelled before its process started");
  Run run(loop_, request);
  process::Command command;
  command.arguments = std::move(request.command);
  command.environment = std::move(request.environment);
  command.directory = request.directory.string();
  command.limits = limits;
  command.kill_grace = request.kill_grace;
  if (request.warm) {
    command.warm = process::WarmInterpreter{.arguments = std::move(request.warm->command),
                                            .starter = std::move(request.warm->starter),
                                            .copies_itself = request.warm->copies_itself,
                                            .script = std::move(request.warm->script),
                                            .own_variables = std::move(request.warm->own_variables)};
  }
  GYR_CO_TRY(auto started, spawner_.start(loop_, std::move(command), run));

  // The token may be cancelled on any thread; what it posts may run after this coroutine has ended.
  Handle handle(run);
  base::CancelRegistration registration = cancel.on_cancel([&loop = loop_, shared = handle.shared()] {
    loop.post([shared] {
      if (*shared == nullptr) return;
      (*shared)->cancelled = true;
      (*shared)->wake();
    });
  });
  while (!run.exit()) {
    co_await run.next();
    if (run.cancelled && !std::exchange(run.kill_sent, true)) started->kill();
    if (run.take_piece()) {
      // A killed process is read to its end without waiting for anybody.
      if (request.room && !run.cancelled) co_await request.room();
      started->resume();
    }
  }
  const base::Result<process::Exit>& exit = *run.exit();
  if (!exit) co_return base::fail(exit.error());
  co_return plugin::ProcessExit{
      .exit_code = exit->status, .killed = run.kill_sent, .leftovers = exit->leftovers, .survivors = exit->survivors};
}

}  // namespace gyr::plugins::runner
