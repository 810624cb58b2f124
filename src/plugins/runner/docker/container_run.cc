#include "plugins/runner/docker/container_run.h"

#include <algorithm>

#include "base/text.h"
#include "net/url.h"
#include "plugins/runner/command_line.h"
#include "plugins/runner/docker/docker_engine.h"
#include "plugins/runner/docker/image_pull.h"
#include "plugins/script/line_splitter.h"
#include "syntax/json.h"

namespace gyr::plugins::runner {
namespace {

namespace fs = std::filesystem;
using base::Value;

std::string text_at(const Value& map, std::initializer_list<std::string_view> path) {
  const Value* found = map.find_path(path);
  return found != nullptr && found->is_string() ? std::string(found->text()) : std::string();
}

/// Takes the output of a container: lines, without what an earlier stream of the same output has brought already.
class OutputLines {
 public:
  explicit OutputLines(const std::function<void(bool is_stderr, std::string_view line)>& on_line)
      : output_([&on_line](std::string_view line) { tell(on_line, false, line); }),
        error_([&on_line](std::string_view line) { tell(on_line, true, line); }) {}

  void begin_stream() {
    frames_ = StreamFrames([this](bool is_stderr, std::string_view bytes) { take(is_stderr, bytes); });
    at_[0] = at_[1] = 0;
  }
  base::Result<void> feed(std::string_view bytes) { return frames_.feed(bytes); }
  void finish() {
    output_.finish();
    error_.finish();
  }

 private:
  /// Empty lines are left out (SCRIPT-31).
  static void tell(const std::function<void(bool, std::string_view)>& on_line, bool is_stderr, std::string_view line) {
    if (!line.empty()) on_line(is_stderr, line);
  }
  void take(bool is_stderr, std::string_view bytes) {
    uint64_t& at = at_[is_stderr ? 1 : 0];
    uint64_t& taken = taken_[is_stderr ? 1 : 0];
    const uint64_t known = std::min<uint64_t>(bytes.size(), taken - std::min(at, taken));
    at += bytes.size();
    taken = std::max(taken, at);
    (is_stderr ? error_ : output_).feed(bytes.substr(known));
  }

  script::LineSplitter output_;
  script::LineSplitter error_;
  StreamFrames frames_{[](bool, std::string_view) {}};
  uint64_t at_[2] = {0, 0};     // in the present stream
  uint64_t taken_[2] = {0, 0};  // of any
};

/// One run, step by step. Lives in the frame of run_container(), which awaits every step.
class ContainerRun {
 public:
  ContainerRun(plugin::RunContext& context, const ContainerPlan& plan, const plugin::RunnerJob& job,
               DockerEngine engine, PullRetry retry)
      : context_(context),
        plan_(plan),
        job_(job),
        engine_(std::move(engine)),
        retry_(retry),
        cancel_(context.cancel_token()) {}

  base::Task<base::Result<plugin::RunnerExit>> run();
  /// In any case, last: what must not stay goes (RUNNER-27).
  base::Task<void> finish();

 private:
  bool wants_outputs() const { return !job_.output_patterns.empty() || !job_.output_directory.empty(); }
  base::Task<base::Result<void>> find_again();
  base::Task<base::Result<void>> adopt(std::string id);
  base::Task<base::Result<void>> make();
  base::Task<base::Result<void>> create();
  base::Task<base::Result<void>> send_files();
  base::Task<base::Result<void>> start();
  base::Task<base::Result<int>> follow();
  base::Task<base::Result<void>> read_stream(net::StreamedResponse stream);
  base::Task<base::Result<void>> read_logs(bool until_the_end);
  base::Task<base::Result<void>> take_files_back();
  base::Task<base::Result<void>> fetch_files();
  Value body_of_create(bool with_volume) const;
  std::string target(std::string_view what) const { return fmt::format("/containers/{}{}", id_, what); }
  std::unexpected<base::Error> ended() const {
    return base::fail(plugin::task_cancelled, "the task was cancelled before its container started");
  }

  plugin::RunContext& context_;
  const ContainerPlan& plan_;
  const plugin::RunnerJob& job_;
  DockerEngine engine_;
  PullRetry retry_;
  base::CancelToken cancel_;
  std::string id_;  // empty while there is no container
  OutputLines lines_{job_.on_line};
  std::optional<net::StreamedResponse> attached_;
  std::string directory_;  // of the container: that of the worker that made it
  bool resumed_ = false;
  bool has_volume_ = false;
  bool started_ = false;
  bool exited_ = false;
  bool left_running_ = false;
};

base::Task<base::Result<plugin::RunnerExit>> ContainerRun::run() {
  directory_ = job_.directory.string();
  if (plan_.resume) GYR_CO_CHECK(co_await find_again());
  if (!resumed_) GYR_CO_CHECK(co_await make());
  plugin::RunnerExit exit;
  exit.details = Value::map({{"containerId", Value::string(id_)}});
  if (!plan_.wait) {
    left_running_ = true;
    co_return exit;
  }
  auto status = co_await follow();
  if (cancel_.cancelled()) {
    exit.killed = true;
    exit.exit_code = 137;
    co_return exit;
  }
  GYR_CO_TRY(exit.exit_code, std::move(status));
  exited_ = true;
  GYR_CO_CHECK(co_await take_files_back());
  co_return exit;
}

// ---------------------------------------------------------------------------------------------- resume

/// A container of an attempt whose worker was lost carries the same labels (RUNNER-7).
base::Task<base::Result<void>> ContainerRun::find_again() {
  base::ListBuilder labels;
  for (std::string_view name : {"kestra.io/taskrun-id", "kestra.io/taskrun-attempt"}) {
    labels.push(Value::string(fmt::format("{}={}", name, plan_.labels.find(name)->text())));
  }
  std::string filters = net::percent_encode(syntax::write_json(Value::map({{"label", labels.build()}})));
  GYR_CO_TRY(Value found, co_await engine_.demand("GET", "/containers/json?all=1&filters=" + filters, {}, cancel_));
  std::vector<std::string> usable;
  if (found.is_list()) {
    for (const Value& container : found.items()) {
      const std::string id = text_at(container, {"Id"});
      const std::string state = text_at(container, {"State"});
      if (state == "created") {
        // Its worker ended between making and starting it: it may not have its files.
        (void)co_await engine_.ask("DELETE", fmt::format("/containers/{}?force=1&v=1", id), {}, {});
      } else if (!id.empty() && state != "removing" && state != "dead") {
        usable.push_back(id);
      }
    }
  }
  if (usable.size() > 1) {
    context_.log(
        model::LogLevel::warn,
        fmt::format(
            "{} containers have the labels of this task run; starting a new container instead of resuming one of them",
            usable.size()));
  }
  if (usable.size() != 1) co_return base::Result<void>();
  co_return co_await adopt(usable.front());
}

base::Task<base::Result<void>> ContainerRun::adopt(std::string id) {
  GYR_CO_TRY(Value container, co_await engine_.demand("GET", fmt::format("/containers/{}/json", id), {}, cancel_));
  directory_ = text_at(container, {"Config", "WorkingDir"});
  bool mounted = false;
  if (const Value* mounts = container.find("Mounts"); mounts != nullptr && mounts->is_list()) {
    for (const Value& mount : mounts->items()) {
      if (text_at(mount, {"Destination"}) != directory_) continue;
      (text_at(mount, {"Type"}) == "volume" ? has_volume_ : mounted) = true;
    }
  }
  if (mounted && wants_outputs()) {
    context_.log(model::LogLevel::warn,
                 "cannot resume the container of the lost worker: it uses a folder of that worker, which no longer "
                 "exists; starting a new container");
    (void)co_await engine_.ask("DELETE", fmt::format("/containers/{}?force=1&v=1", id), {}, {});
    directory_ = job_.directory.string();
    co_return base::Result<void>();
  }
  id_ = std::move(id);
  started_ = true;
  if (!has_volume_ && !mounted && wants_outputs()) {
    co_return base::fail(
        lost_volume,
        fmt::format(
            "cannot resume the container {} of the lost worker: its volume with the files of the task does not exist",
            id_));
  }
  resumed_ = true;
  context_.log(model::LogLevel::info, fmt::format("Resuming the container {} of the lost worker", id_));
  co_return base::Result<void>();
}

// ---------------------------------------------------------------------------------------------- a new container

base::Task<base::Result<void>> ContainerRun::make() {
  GYR_CO_CHECK(co_await provide_image(context_, engine_, plan_, retry_));
  if (cancel_.cancelled()) co_return ended();
  GYR_CO_CHECK(co_await create());
  if (has_volume_) GYR_CO_CHECK(co_await send_files());
  if (cancel_.cancelled()) co_return ended();
  co_return co_await start();
}

Value ContainerRun::body_of_create(bool with_volume) const {
  const Value* given = plan_.create.find("HostConfig");
  base::MapBuilder host(*given);
  if (plan_.files == FileHandling::mount) {
    base::ListBuilder binds;
    if (const Value* volumes = given->find("Binds")) {
      for (const Value& volume : volumes->items()) binds.push(volume);
    }
    binds.push(Value::string(fmt::format("{}:{}", job_.directory.string(), job_.directory.string())));
    host.set("Binds", binds.build());
  } else if (with_volume) {
    // A volume without a name is removed together with its container.
    host.set("Mounts", Value::list({Value::map({{"Type", Value::string("volume")},
                                                {"Target", Value::string(job_.directory.string())},
                                                {"VolumeOptions", Value::map({{"Labels", plan_.labels}})}})}));
  }
  base::MapBuilder body(plan_.create);
  body.set("HostConfig", host.build());
  return body.build();
}

base::Task<base::Result<void>> ContainerRun::create() {
  std::error_code ignored;
  const bool has_files = !fs::is_empty(job_.directory, ignored);
  has_volume_ = plan_.files == FileHandling::volume && (has_files || wants_outputs());
  // Not cancellable: the id of a container that was created in the meantime would be lost.
  GYR_CO_TRY(Value created, co_await engine_.demand("POST", "/containers/create", body_of_create(has_volume_), {}));
  id_ = text_at(created, {"Id"});
  if (id_.empty()) co_return base::fail(engine_answer, "the container engine did not return the id of the container");
  if (const Value* warnings = created.find("Warnings"); warnings != nullptr && warnings->is_list()) {
    for (const Value& warning : warnings->items()) {
      if (warning.is_string())
        context_.log(model::LogLevel::warn, fmt::format("Warning from the container engine: {}", warning.text()));
    }
  }
  context_.log(model::LogLevel::debug, fmt::format("Container created: {}", id_));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> ContainerRun::send_files() {
  plugin::Files* files = context_.files();
  GYR_CO_TRY(fs::path cache, files->cache_directory());
  const fs::path archive = cache / (base::make_id(context_.now()).to_text() + ".tar");
  base::Result<void> packed;
  co_await files->on_pool([&] {
    std::error_code ignored;
    fs::create_directories(cache, ignored);
    // With its full path: engines do not change the mode of the folder that they unpack to.
    packed = pack_directory(job_.directory, archive, plan_.owner, std::string_view(job_.directory.native()).substr(1));
  });
  if (packed) packed = co_await engine_.send_file(target("/archive?path=%2F"), archive, cancel_);
  co_await files->on_pool([&archive] {
    std::error_code ignored;
    fs::remove(archive, ignored);
  });
  co_return packed;
}

base::Task<base::Result<void>> ContainerRun::start() {
  // Attached before the start: no output is lost, and a container that prints without end has to wait. The log of the
  // engine would lose lines for a reader that follows it while the container ends.
  if (plan_.wait) {
    std::string attach = target("/attach?stream=1&stdout=1&stderr=1");
    GYR_CO_TRY(net::StreamedResponse stream, co_await engine_.open("POST", attach, "", cancel_));
    if (stream.status != 200) co_return base::fail(co_await engine_.refusal("POST", attach, std::move(stream)));
    attached_ = std::move(stream);
  }
  // Not to be cancelled either: whether it runs must be known.
  GYR_CO_CHECK(co_await engine_.demand("POST", target("/start"), {}, {}));
  started_ = true;
  context_.log(model::LogLevel::debug,
               fmt::format("Starting command with container id {} [{}]", id_, shown_command(job_.command)));
  co_return base::Result<void>();
}

// ---------------------------------------------------------------------------------------------- while it runs

base::Task<base::Result<int>> ContainerRun::follow() {
  auto read = attached_ ? co_await read_stream(*std::exchange(attached_, std::nullopt)) : co_await read_logs(false);
  if (cancel_.cancelled()) co_return ended();
  GYR_CO_TRY(Value status, co_await engine_.wait_for("POST", target("/wait"), cancel_));
  // What a broken stream, or one of the engine's log, has left out.
  if (resumed_ || !read) read = co_await read_logs(true);
  lines_.finish();
  if (cancel_.cancelled()) co_return ended();
  if (!read) {
    context_.log(model::LogLevel::warn,
                 fmt::format("the output of the container is incomplete: {}", read.error().message()));
  }
  const Value* code = status.find("StatusCode");
  if (code == nullptr || !code->is_integer())
    co_return base::fail(engine_answer, "the container engine did not return an exit code");
  if (std::string problem = text_at(status, {"Error", "Message"}); !problem.empty()) {
    context_.log(model::LogLevel::error, fmt::format("Error from the container engine: {}", problem));
  }
  co_return static_cast<int>(code->as_integer());
}

/// The log of the container in the engine, from its beginning: followed while it runs, or as it is now.
base::Task<base::Result<void>> ContainerRun::read_logs(bool until_the_end) {
  std::string logs = target(until_the_end ? "/logs?stdout=1&stderr=1" : "/logs?follow=1&stdout=1&stderr=1");
  GYR_CO_TRY(net::StreamedResponse stream, co_await engine_.open("GET", logs, "", cancel_));
  if (stream.status != 200) co_return base::fail(co_await engine_.refusal("GET", logs, std::move(stream)));
  co_return co_await read_stream(std::move(stream));
}

base::Task<base::Result<void>> ContainerRun::read_stream(net::StreamedResponse stream) {
  lines_.begin_stream();
  for (;;) {
    GYR_CO_TRY(std::string piece, co_await stream.body->next());
    if (piece.empty()) co_return base::Result<void>();
    GYR_CO_CHECK(lines_.feed(piece));
    co_await context_.log_room();
  }
}

// ---------------------------------------------------------------------------------------------- afterwards

base::Task<base::Result<void>> ContainerRun::take_files_back() {
  if (!has_volume_) co_return base::Result<void>();
  auto fetched = co_await fetch_files();
  if (fetched || wants_outputs()) co_return fetched;
  context_.log(model::LogLevel::warn,
               fmt::format("cannot copy the files from the container: {}", fetched.error().message()));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> ContainerRun::fetch_files() {
  plugin::Files* files = context_.files();
  GYR_CO_TRY(fs::path cache, files->cache_directory());
  const fs::path archive = cache / (base::make_id(context_.now()).to_text() + ".tar");
  co_await files->on_pool([&cache] {
    std::error_code ignored;
    fs::create_directories(cache, ignored);
  });
  auto fetched =
      co_await engine_.fetch_file(target("/archive?path=" + net::percent_encode(directory_)), archive, cancel_);
  base::Result<void> unpacked = fetched;
  co_await files->on_pool([&] {
    if (fetched) unpacked = unpack_below(archive, job_.directory);
    std::error_code ignored;
    fs::remove(archive, ignored);
  });
  co_return unpacked;
}

base::Task<void> ContainerRun::finish() {
  if (id_.empty() || left_running_) co_return;
  if (started_ && !exited_ && cancel_.cancelled() && context_.handed_over() && plan_.resume) {
    context_.log(model::LogLevel::info,
                 fmt::format("The container {} continues to run; the next worker resumes it", id_));
    co_return;
  }
  if (started_ && !exited_) {
    const int64_t grace = plan_.kill_grace.seconds + (plan_.kill_grace.nanos > 0 ? 1 : 0);
    if (grace > 0) {
      (void)co_await engine_.wait_for("POST", target(fmt::format("/stop?t={}", grace)), {});
    } else {
      (void)co_await engine_.ask("POST", target("/kill"), {}, {});
    }
  }
  if (!plan_.delete_after) co_return;
  auto removed = co_await engine_.ask("DELETE", target("?force=1&v=1"), {}, {});
  if (removed && removed->ok()) context_.log(model::LogLevel::debug, fmt::format("Container deleted: {}", id_));
}

}  // namespace

base::Task<base::Result<plugin::RunnerExit>> run_container(plugin::RunContext& context, ContainerPlan plan,
                                                           plugin::RunnerJob job, PullRetry retry) {
  if (context.cancel_token().cancelled()) {
    co_return base::fail(plugin::task_cancelled, "the task was cancelled before its container started");
  }
  GYR_CO_TRY(DockerEngine engine, DockerEngine::at(context, plan.host));
  ContainerRun run(context, plan, job, std::move(engine), retry);
  auto exit = co_await run.run();
  co_await run.finish();
  co_return exit;
}

}  // namespace gyr::plugins::runner
