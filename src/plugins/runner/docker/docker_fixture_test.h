// For tests of the Docker runner: a context that hears its log, and HTTP by the real client.
#pragma once

#include <functional>

#include "plugins/loop_http_client.h"
#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {

/// Calls `on_line` with every message.
class ListeningContext final : public FakeRunContext {
 public:
  using FakeRunContext::FakeRunContext;
  void log(model::LogLevel level, std::string_view message) override {
    FakeRunContext::log(level, message);
    if (on_line) on_line(message);
  }
  std::function<void(std::string_view)> on_line;
};

/// Shell tasks that run in containers of one engine.
class DockerTest : public TaskTest {
 protected:
  explicit DockerTest(std::string host) : host_(std::move(host)) { new_attempt(); }

  /// A context as the next worker would have it: the same task run, other folders, an empty log.
  void new_attempt() {
    plugin::RunInfo info = context->run_info;
    info.execution_id = base::Id{1, 1};
    if (info.task_run_id.is_none()) info.task_run_id = base::make_id(context->now());
    auto fresh =
        std::make_unique<ListeningContext>(loop, json(R"({"flow": {"id": "flow", "namespace": "company.team"}})"));
    listening = fresh.get();
    context = std::move(fresh);
    context->run_info = std::move(info);
    context->given_http = &client;
  }
  /// A shell task in a container with these further properties of the task and of the runner.
  std::string shell(std::string_view more, std::string_view of_runner = "") const {
    return fmt::format(
        "{{id: t, type: io.kestra.plugin.scripts.shell.Commands, containerImage: gyr-test, "
        "taskRunner: {{type: io.kestra.plugin.scripts.runner.docker.Docker, host: '{}'{}{}}}, {}}}",
        host_, of_runner.empty() ? "" : ", ", of_runner, more);
  }
  std::vector<std::string> info() const { return context->lines(model::LogLevel::info); }
  std::string stored(const base::Value& outputs, std::string_view name) const {
    const base::Value* uri = outputs.find_path({"outputFiles", name});
    return uri == nullptr ? "<none>" : context->fake_files.stored.at(std::string(uri->text()));
  }

  std::unique_ptr<net::HttpClient> http = net::make_http_client();
  plugins::LoopHttpClient client{*http, loop};  // as a worker gives it to its tasks
  ListeningContext* listening = nullptr;
  std::string host_;
};

}  // namespace gyr::plugins::testing
