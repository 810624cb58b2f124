// `gyr flow run` and `gyr flow test`: run one execution in an engine of its own (CLI-11).
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "cli/await.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/errors.h"
#include "cli/execution_text.h"
#include "cli/flow_inputs.h"
#include "cli/follow/run_view.h"
#include "cli/follow/wakeups.h"
#include "cli/length_option.h"
#include "cli/local_flows.h"
#include "cli/temporary_folder.h"
#include "syntax/diagnostic.h"

namespace gyr::cli {
namespace {

using model::State;

/// Time between two updates of the live view, and between two reads without a live view.
constexpr std::chrono::milliseconds live_pause{100};
constexpr std::chrono::milliseconds plain_pause{20};
/// The live view updates durations at this interval. It also bounds the wait if a notification is missed.
constexpr std::chrono::seconds tick{1};
/// How long a killed execution may take to end: tasks get their grace period, then their processes are killed.
constexpr std::chrono::seconds kill_patience{30};
/// Grace period of running tasks when the engine stops after the end of the execution.
constexpr std::chrono::milliseconds stop_grace{1000};

/// The limit of `flow test` (CLI-11).
constexpr base::Duration test_timeout = base::Duration::of_seconds(3600);

class RunCommand final : public Command {
 public:
  /// `pairs`: inputs are given as kestra's `flow test` takes them, `KEY VALUE KEY VALUE …`.
  explicit RunCommand(bool pairs) : pairs_(pairs) {}

  void declare(Arguments& arguments) override {
    arguments.positional(
        "FILE", file_,
        "file with the flow; `-` reads standard input. If it contains several flows, the first one runs and can start "
        "the others");
    if (pairs_) arguments.optional_positionals("KEY VALUE", words_, "inputs; the value of a FILE input is a path");
    inputs_.declare(arguments);
    arguments.list("--with", "PATH", with_, "files and folders with flows that this flow starts as subflows");
    arguments.flag(
        "--json", json_,
        "print the execution with its task runs and log lines as JSON; everything else goes to standard error");
    arguments.option("--data", "DIR", data_, "keep all data in this folder instead of a temporary one");
    arguments.option("--timeout", "DURATION", timeout_, "kill the execution after this time: 30s, 5m, PT1H");
  }

  int run(Session& session) override {
    if (words_.size() % 2 != 0) {
      return session.fail(base::Error(wrong_usage, fmt::format("the input `{}` has no value", printable(words_.back())))
                              .with_hint("for example: gyr flow test hello.yaml name Ada"));
    }
    for (size_t i = 0; i < words_.size(); i += 2) inputs_.add(words_[i], words_[i + 1]);
    std::optional<std::string> left_over = file_;
    if (auto read = inputs_.read(session.console, left_over); !read) return session.fail(in_usage(read.error()));
    file_ = left_over;
    if (!file_)
      return session.fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr flow run hello.yaml"));
    std::optional<base::Duration> timeout;
    if (pairs_) timeout = test_timeout;
    if (timeout_) {
      auto length = parse_length("--timeout", *timeout_);
      if (!length) return session.fail(length.error());
      timeout = *length;
    }
    if (*file_ != "-") {
      // Check this before anything is started.
      auto file = open_input(*file_, session.console);
      if (!file) return session.fail(file.error());
    }
    std::optional<TemporaryFolder> temporary;
    if (!data_) {
      auto made = TemporaryFolder::make();
      if (!made) return session.fail(made.error());
      temporary.emplace(std::move(*made));
    }
    Wakeups wakeups;
    LocalOptions options;
    options.config_file = config_file(session);
    options.data = data_ ? std::filesystem::path(*data_) : temporary->path();
    auto runtime = session.program.start_local(std::move(options));
    if (!runtime) return session.fail(runtime.error());
    int code = run_in(session, **runtime, wakeups, timeout);
    wakeups.leave();
    if (ends_at_once_) {
      // Second Ctrl-C: wait for nothing. The processes of tasks end with this process.
      if (temporary) temporary->remove();
      ::_exit(exit_interrupted);
    }
    (*runtime)->stop(stop_grace);
    return code;
  }

 private:
  /// A label or a file of inputs that is not valid is a usage error.
  static base::Error in_usage(const base::Error& error) {
    if (exit_code_of(error) != exit_failed) return error;
    base::Error usage = base::Error(wrong_usage, error.message()).with_hint(error.hint());
    return error.place() == nullptr ? usage : usage.with_place(*error.place());
  }

  int run_in(Session& session, LocalRuntime& runtime, Wakeups& wakeups, std::optional<base::Duration> timeout) {
    auto flow = save_flows(session, runtime, *file_, with_);
    if (!flow) return session.fail(flow.error());
    auto reader = runtime.store().open_reader();
    if (!reader) return session.fail(reader.error());

    Output& output = json_ ? session.console.err : session.console.out;
    bool color = session.console.color(output);
    bool live = output.is_terminal() && session.console.color_allowed;
    RunView view(output, color, live);
    Follower follower(
        runtime.changes(), **reader, std::string(local_tenant), [&wakeups] { wakeups.notify(); },
        [&view](const model::LogEntry& entry, std::string_view who) { view.log(entry, who); });
    const base::Id id =
        model::make_execution_id({std::string(local_tenant), (*flow)->namespace_, (*flow)->id}, runtime.clock().now());
    follower.follow(id);
    if (auto started = start(session, runtime, **flow, id); !started) return refused(session, started.error());

    // Messages of the engine itself would stand in the middle of the picture.
    if (live && session.common.verbosity == 0 && !session.common.log_level)
      base::log::set_level(base::log::Level::error);
    if (auto followed = watch(runtime, follower, view, wakeups, id, timeout); !followed)
      return session.fail(followed.error());
    if (ends_at_once_) return exit_interrupted;
    return finish(session, runtime, **reader, follower, view, id);
  }

  base::Result<void> start(Session& session, LocalRuntime& runtime, const model::Flow& flow, base::Id id) {
    executor::StartRequest request;
    request.id = id;
    request.flow = {std::string(local_tenant), flow.namespace_, flow.id};
    request.labels = inputs_.labels();
    GYR_TRY(request.inputs, inputs_.store(flow, id, local_tenant, runtime.storage(), session.console));
    GYR_CHECK(await<executor::Answer>(
        [&](auto callback) { runtime.starter().start(std::move(request), std::move(callback)); }));
    return {};
  }

  /// Reports inputs that are not valid (FLOW-23, FLOW-28).
  static int refused(Session& session, const base::Error& error) {
    if (error.code() != executor::invalid_inputs) return session.fail(error);
    return session.fail(base::Error(error.code(), error.message())
                            .with_hint("pass inputs with `--inputs NAME=VALUE` and files with `--file NAME=PATH`"));
  }

  /// Follows the execution until it ends or the user interrupts the program.
  base::Result<void> watch(LocalRuntime& runtime, Follower& follower, RunView& view, Wakeups& wakeups, base::Id id,
                           std::optional<base::Duration> timeout) {
    const auto pause = view.is_live() ? live_pause : plain_pause;
    const auto begin = base::monotonic_now();
    std::optional<base::MonotonicTime> deadline;
    if (timeout) deadline = begin + std::chrono::milliseconds(timeout->to_millis());
    auto last_look = begin - tick;
    bool noted = true;
    bool told_paused = false;
    while (!follower.finished(id)) {
      auto until = last_look + (noted ? std::chrono::duration_cast<std::chrono::nanoseconds>(pause) : tick);
      if (deadline) until = std::min(until, *deadline);
      auto woken = wakeups.wait(follower.urgent() ? base::monotonic_now() : until);
      noted = noted || woken.notified;
      if (woken.signals > 1) {
        ends_at_once_ = true;
        return {};
      }
      if (woken.signals > 0 && !interrupted_) {
        interrupted_ = true;
        view.say(Paint::yellow, "interrupted: killing the execution; press Ctrl-C again to end at once");
        deadline = kill(runtime, id);
      }
      auto now = base::monotonic_now();
      if (deadline && now >= *deadline) {
        if (interrupted_ || timed_out_) break;  // it did not end in time
        timed_out_ = true;
        view.say(Paint::yellow, "timeout: killing the execution");
        deadline = kill(runtime, id);
      }
      bool ticked = now - last_look >= tick;
      if (!ticked && !follower.urgent() && !(noted && now - last_look >= pause)) continue;
      GYR_CHECK(follower.look(ticked));
      const store::ExecutionRow* execution = follower.execution(id);
      if (execution != nullptr && execution->execution.state.current() == State::paused &&
          !std::exchange(told_paused, true)) {
        view.say(Paint::yellow,
                 "paused: without a server, nobody can resume the execution; it continues only if the Pause task has "
                 "a duration");
      }
      view.show(execution, follower.tree(), runtime.clock().now());
      last_look = now;
      noted = false;
    }
    return follower.last_logs();
  }

  static base::MonotonicTime kill(LocalRuntime& runtime, base::Id id) {
    runtime.commands().submit(executor::KillExecution{id}, [](base::Result<executor::Answer> answer) {
      // It is not an error if the execution has ended in the meantime.
      if (!answer && answer.error().code() != executor::wrong_state)
        base::log::error("cannot kill the execution: {}", answer.error().message());
    });
    return base::monotonic_now() + kill_patience;
  }

  int finish(Session& session, LocalRuntime& runtime, store::Reader& reader, Follower& follower, RunView& view,
             base::Id id) {
    const store::ExecutionRow* row = follower.execution(id);
    if (row == nullptr)
      return session.fail(base::Error(executor::execution_not_found, "the execution was not created"));
    base::Instant now = runtime.clock().now();
    view.end(*row, follower.tree(), now);
    if (json_) {
      if (auto written = write_execution(session.console.out, reader, *row, now); !written)
        return session.fail(written.error());
    }
    if (interrupted_) return exit_interrupted;
    if (timed_out_) {
      return session.fail(
          base::Error(run_timed_out, fmt::format("the execution did not end within {}", timeout_.value_or("1h")))
              .with_hint("allow more time with `--timeout`, or find the task that was still running"));
    }
    State state = row->execution.state.current();
    return state == State::success || state == State::warning ? exit_ok : exit_failed;
  }

  bool pairs_;
  std::optional<std::string> file_, data_, timeout_;
  std::vector<std::string> words_;  // of `pairs_`
  FlowInputs inputs_;
  std::vector<std::string> with_;
  bool json_ = false;
  bool interrupted_ = false;
  bool timed_out_ = false;
  bool ends_at_once_ = false;
};

}  // namespace

std::unique_ptr<Command> make_flow_run() { return std::make_unique<RunCommand>(false); }
std::unique_ptr<Command> make_flow_test() { return std::make_unique<RunCommand>(true); }

}  // namespace gyr::cli
