// The Docker runner with a fake engine: its requests, and its reaction to a misbehaving engine.
#include <mutex>

#include "net/test_support.h"
#include "plugins/runner/docker/container_run.h"
#include "plugins/runner/docker/docker.h"
#include "plugins/runner/docker/docker_engine.h"
#include "plugins/runner/docker/docker_fixture_test.h"
#include "syntax/json.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using model::LogLevel;
using Lines = std::vector<std::string>;

std::string frame(char stream, std::string_view text) {
  std::string bytes{stream, 0, 0, 0, 0, 0, static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)};
  return bytes.append(text);
}

/// Plays an engine that knows one image and runs one container; single answers can be replaced.
class PlayedEngine {
 public:
  PlayedEngine() : server_([this](net::ServerRequest request) { return answer(std::move(request)); }) {}

  std::string host() const { return fmt::format("tcp://127.0.0.1:{}", server_.port()); }
  /// `METHOD /path?query` of the requests, in order.
  Lines asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  Value created() const {
    std::lock_guard lock(mutex_);
    return created_;
  }
  std::string registry_header() const {
    std::lock_guard lock(mutex_);
    return registry_header_;
  }

  using Answers = std::map<std::string, std::vector<std::pair<int, std::string>>>;
  Answers answers;  ///< by `METHOD /path`: one after the other, the last one repeatedly. Set before the first request.

 private:
  base::Task<net::ServerResponse> answer(net::ServerRequest request) {
    std::string body = (co_await request.body->all(1 << 20)).value_or("");
    std::lock_guard lock(mutex_);
    asked_.push_back(request.method + " " + request.target);
    if (auto header = request.headers.get("X-Registry-Auth")) registry_header_ = std::string(*header);
    std::string key = request.method + " " + request.target.substr(0, request.target.find('?'));
    if (key == "POST /containers/create") created_ = syntax::parse_json(body).value_or(Value());
    auto found = answers.find(key);
    std::pair<int, std::string> given = {404, R"({"message": "nobody knows this request"})"};
    if (found != answers.end()) {
      given = found->second.front();
      if (found->second.size() > 1) found->second.erase(found->second.begin());
    } else if (auto custom = customs().find(key); custom != customs().end()) {
      given = custom->second;
    }
    net::ServerResponse response;
    response.status = given.first;
    response.body = std::move(given.second);
    co_return response;
  }

  static const std::map<std::string, std::pair<int, std::string>>& customs() {
    static const std::map<std::string, std::pair<int, std::string>> all = {
        {"GET /containers/json", {200, "[]"}},
        {"GET /images/gyr-test/json", {200, "{}"}},
        {"POST /images/create", {200, "{\"status\":\"Pulling\"}\n{\"status\":\"Done\"}\n"}},
        {"POST /containers/create", {201, R"({"Id": "c1", "Warnings": []})"}},
        {"PUT /containers/c1/archive", {200, ""}},
        {"GET /containers/c1/archive", {200, std::string(1024, '\0')}},
        {"POST /containers/c1/start", {204, ""}},
        {"POST /containers/c1/attach", {200, frame(1, "out\n") + frame(2, "err\n")}},
        {"GET /containers/c1/logs", {200, frame(1, "out\n") + frame(2, "err\n")}},
        {"POST /containers/c1/wait", {200, R"({"StatusCode": 0})"}},
        {"POST /containers/c1/kill", {204, ""}},
        {"DELETE /containers/c1", {204, ""}}};
    return all;
  }

  mutable std::mutex mutex_;
  Lines asked_;
  Value created_;
  std::string registry_header_;
  net::test::TestServer server_;
};

class DockerRunner : public DockerTest {
 protected:
  DockerRunner() : DockerTest("") { host_ = engine.host(); }
  Lines requests() const {
    Lines short_ones;
    for (const auto& line : engine.asked()) short_ones.push_back(line.substr(0, line.find('?')));
    return short_ones;
  }
  base::Result<plugin::RunnerExit> run_directly(runner::PullRetry retry) {
    runner::ContainerPlan plan;
    plan.host = host_;
    plan.image_text = "gyr-test";
    plan.image = runner::parse_image_name("gyr-test");
    plan.pull = runner::PullPolicy::always;
    plan.resume = false;
    plan.create = json(R"({"HostConfig": {}})");
    plugin::RunnerJob job;
    job.directory = *context->fake_files.working_directory();
    job.on_line = [](bool, std::string_view) {};
    return loop.run(runner::run_container(*context, std::move(plan), std::move(job), retry));
  }

  PlayedEngine engine;
};

TEST_F(DockerRunner, SendsItsRequestsInOrder) {  // RUNNER-20, RUNNER-22, RUNNER-27
  Value given = outputs(shell("commands: [echo], env: {A: b}"));
  EXPECT_EQ(given.find_path({"taskRunner", "containerId"})->text(), "c1");
  EXPECT_EQ(info(), (Lines{"out"}));
  EXPECT_EQ(context->lines(LogLevel::error), (Lines{"err"}));
  EXPECT_EQ(requests(), (Lines{"GET /containers/json", "GET /images/gyr-test/json", "POST /containers/create",
                               "POST /containers/c1/attach", "POST /containers/c1/start", "POST /containers/c1/wait",
                               "DELETE /containers/c1"}));
  Value created = engine.created();
  std::string directory = context->fake_files.working_directory()->string();
  EXPECT_EQ(*created.find("Image"), text("gyr-test"));
  EXPECT_EQ(*created.find("Entrypoint"), json(R"([""])"));
  EXPECT_EQ(*created.find("Cmd"), json(R"(["/bin/sh", "-c", "set -e\necho"])"));
  EXPECT_EQ(*created.find("WorkingDir"), text(directory));
  EXPECT_EQ(*created.find("Env"), Value::list({text("A=b"), text("WORKING_DIR=" + directory)}));
  EXPECT_EQ(*created.find_path({"Labels", "kestra.io/taskrun-id"}), text(context->run_info.task_run_id.to_text()));
  EXPECT_EQ(*created.find("HostConfig"), Value::empty_map()) << "no volume where there are no files";
}

TEST_F(DockerRunner, PassesEveryPropertyOn) {
  std::string runner =
      R"(user: '1000:100', entryPoint: [/bin/entry], extraHosts: ['h:1.2.3.4'], networkMode: host, portBindings: ['8080:80', '8081:80'],
      volumes: ['/a:/b'], cpu: {cpus: 1.5}, memory: {memory: 512MB, memorySwap: '-1', memorySwappiness: '10', memoryReservation: 1kb,
      kernelMemory: 5MB, oomKillDisable: true}, shmSize: 64MB, privileged: true, deviceRequests: [{driver: nvidia, count: -1,
      deviceIds: ['0'], capabilities: [[gpu, compute]], options: {a: b}}])";
  outputs(shell("commands: [echo]", runner));
  Value created = engine.created();
  EXPECT_EQ(*created.find("User"), text("1000:100"));
  EXPECT_EQ(*created.find("Entrypoint"), json(R"(["/bin/entry"])"));
  EXPECT_EQ(*created.find("ExposedPorts"), json(R"({"80/tcp": {}})"));
  EXPECT_EQ(*created.find("HostConfig"),
            json(R"({"NanoCpus": 1500000000, "Memory": 536870912, "MemorySwap": -1, "MemorySwappiness": 10,
      "MemoryReservation": 1024, "KernelMemory": 5242880, "OomKillDisable": true, "ShmSize": 67108864, "Privileged": true,
      "DeviceRequests": [{"Driver": "nvidia", "Count": -1, "DeviceIDs": ["0"], "Capabilities": [["gpu", "compute"]], "Options": {"a": "b"}}],
      "NetworkMode": "host", "ExtraHosts": ["h:1.2.3.4"],
      "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}, {"HostIp": "", "HostPort": "8081"}]}})"))
      << "volumes are ignored where the installation does not allow them (RUNNER-23)";

  context->settings.add(std::string(runner::docker_type), json(R"({"volume-enabled": true})"));
  outputs(shell("commands: [echo]", "volumes: ['/a:/b']"));
  EXPECT_EQ(*engine.created().find_path({"HostConfig", "Binds"}), json(R"(["/a:/b"])"));
  for (std::string_view bad :
       {"shmSize: big", "memory: {memory: 5XB}", "cpu: {cpus: 0}", "portBindings: [x]", "config: [1]"}) {
    EXPECT_FALSE(run(shell("commands: [echo]", bad)).has_value()) << bad;
  }
  host_ = "ssh://elsewhere";
  EXPECT_NE(failure(shell("commands: [echo]")).find("ssh://elsewhere"), std::string::npos);
}

TEST_F(DockerRunner, FilesNeedAVolumeOrAMount) {  // RUNNER-25
  // Files that cannot be had again fail the task where outputs were declared, else they are a warning.
  engine.answers["GET /containers/c1/archive"] = {{404, R"({"message": "no such path"})"}};
  EXPECT_TRUE(run(shell("commands: [echo], inputFiles: {a.txt: x}")).has_value());
  EXPECT_EQ(context->lines(LogLevel::warn).size(), 1U);
  Value mount = engine.created().find_path({"HostConfig", "Mounts"})->items()[0];
  EXPECT_EQ(*mount.find("Type"), text("volume"));
  EXPECT_EQ(*mount.find("Target"), text(context->fake_files.working_directory()->string()));
  EXPECT_NE(mount.find_path({"VolumeOptions", "Labels", "kestra.io/taskrun-id"}), nullptr);
  EXPECT_NE(failure(shell("commands: [echo], outputFiles: [b.txt]")).find("archive"), std::string::npos);
  EXPECT_EQ(requests().back(), "DELETE /containers/c1");

  outputs(shell("commands: [echo], inputFiles: {a.txt: x}", "fileHandlingStrategy: MOUNT"));
  std::string directory = context->fake_files.working_directory()->string();
  EXPECT_EQ(*engine.created().find_path({"HostConfig", "Binds"}), Value::list({text(directory + ":" + directory)}));
}

TEST_F(DockerRunner, AnImageIsNeeded) {  // RUNNER-20
  EXPECT_EQ(
      failure(
          shell("commands: [echo], containerImage: ''").replace(shell("").find("containerImage: gyr-test, "), 26, "")),
      "the container image is missing: set `containerImage` on the task");
  outputs(shell("commands: [echo]", "image: gyr-test:latest, pullPolicy: NEVER"));
  EXPECT_EQ(*engine.created().find("Image"), text("gyr-test:latest"));
}

TEST_F(DockerRunner, PullsAsThePolicySays) {  // RUNNER-21
  engine.answers["GET /images/gyr-test/json"] = {{404, R"({"message": "No such image"})"}};
  outputs(shell("commands: [echo]", "credentials: {username: u, password: p}"));
  Lines asked = engine.asked();
  EXPECT_EQ(asked[2], "POST /images/create?fromImage=gyr-test&tag=latest");
  EXPECT_FALSE(engine.registry_header().empty());
  size_t before = asked.size();
  outputs(shell("commands: [echo]", "pullPolicy: NEVER"));
  asked = engine.asked();
  EXPECT_TRUE(std::none_of(asked.begin() + static_cast<long>(before), asked.end(),
                           [](const auto& line) { return line.find("/images/") != std::string::npos; }));

  engine.answers["POST /images/create"] = {
      {200, "{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"no\"},\"error\":\"manifest unknown\"}\n"}};
  EXPECT_EQ(failure(shell("commands: [echo]", "pullPolicy: ALWAYS")),
            "cannot pull the image `gyr-test`: manifest unknown");
  engine.answers["POST /images/create"] = {{404, R"({"message": "pull access denied"})"}};
  EXPECT_NE(failure(shell("commands: [echo]", "pullPolicy: ALWAYS")).find("pull access denied"), std::string::npos);
}

TEST_F(DockerRunner, RetriesAPullAfterAnEngineFailure) {  // RUNNER-21
  engine.answers["POST /images/create"] = {{500, R"({"message": "toomanyrequests"})"}, {503, "busy"}, {200, ""}};
  auto exit = run_directly({.attempts = 5, .first_pause = std::chrono::milliseconds(1)});
  ASSERT_TRUE(exit.has_value()) << exit.error().message();
  EXPECT_EQ(context->lines(LogLevel::warn).size(), 2U);
  EXPECT_NE(context->lines(LogLevel::warn)[0].find("toomanyrequests"), std::string::npos);

  engine.answers["POST /images/create"] = {{500, R"({"message": "for ever"})"}};
  size_t before = engine.asked().size();
  exit = run_directly({.attempts = 3, .first_pause = std::chrono::milliseconds(1)});
  ASSERT_FALSE(exit.has_value());
  EXPECT_EQ(exit.error().code(), runner::pull_failed);
  EXPECT_EQ(engine.asked().size() - before, 3U) << "and nothing was made that would have to go";
}

TEST_F(DockerRunner, AKillBeforeTheStartPreventsIt) {  // RUNNER-1
  engine.answers["GET /images/gyr-test/json"] = {{404, "{}"}};
  listening->on_line = [this](std::string_view line) {
    if (line.starts_with("Image pulled")) context->cancel.cancel();
  };
  EXPECT_FALSE(run(shell("commands: [echo]")).has_value());
  for (const auto& line : requests()) EXPECT_EQ(line.find("POST /containers"), std::string::npos) << line;

  new_attempt();
  listening->on_line = [this](std::string_view line) {
    if (line.starts_with("Container created")) context->cancel.cancel();
  };
  EXPECT_FALSE(run(shell("commands: [echo]")).has_value());
  EXPECT_EQ(requests().back(), "DELETE /containers/c1") << "what was made goes again";
  for (const auto& line : requests()) EXPECT_NE(line, "POST /containers/c1/start");
}

TEST_F(DockerRunner, ResumesOnlyASingleContainer) {  // RUNNER-7, RUNNER-26
  engine.answers["GET /containers/json"] = {
      {200, R"([{"Id": "a", "State": "running"}, {"Id": "b", "State": "exited"}, {"Id": "dead", "State": "dead"}])"}};
  outputs(shell("commands: [echo]"));
  EXPECT_TRUE(context->lines(LogLevel::warn)[0].starts_with("2 containers have the labels"));
  EXPECT_EQ(*engine.created().find("Image"), text("gyr-test"));

  new_attempt();
  engine.answers["GET /containers/json"] = {{200, R"([{"Id": "c1", "State": "created"}])"}};
  size_t before = requests().size();
  outputs(shell("commands: [echo]"));
  EXPECT_EQ(requests()[before + 1], "DELETE /containers/c1") << "it may not have its files";

  new_attempt();
  engine.answers["GET /containers/json"] = {{200, R"([{"Id": "c1", "State": "running"}])"}};
  engine.answers["GET /containers/c1/json"] = {{200, R"({"Config": {"WorkingDir": "/old"}, "Mounts": []})"}};
  before = requests().size();
  outputs(shell("commands: [echo]"));
  Lines after = requests();
  EXPECT_EQ(Lines(after.begin() + static_cast<long>(before), after.end()),
            (Lines{"GET /containers/json", "GET /containers/c1/json", "GET /containers/c1/logs",
                   "POST /containers/c1/wait", "GET /containers/c1/logs", "DELETE /containers/c1"}));
  EXPECT_EQ(info(), (Lines{"Resuming the container c1 of the lost worker", "out"}))
      << "what the log brings twice is logged once";

  EXPECT_NE(failure(shell("commands: [echo], outputFiles: [x]")).find("its volume"), std::string::npos);
  before = requests().size();
  outputs(shell("commands: [echo]", "resume: false"));
  EXPECT_EQ(requests()[before], "GET /images/gyr-test/json");
}

TEST_F(DockerRunner, ReportsAMissingEngine) {  // RUNNER-24
  host_ = "unix:///no/such/engine.sock";
  auto result = run(shell("commands: [echo]"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code(), runner::engine_unreachable);
  const std::string& message = result.error().error.message();
  for (std::string_view part :
       {"unix:///no/such/engine.sock", "No such file", "mount the socket", "io.kestra.plugin.core.runner.Process"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << " in " << message;
  }
}

TEST_F(DockerRunner, AnEngineThatTalksNonsense) {
  // A stream that breaks is completed from the engine's log, without saying anything twice.
  engine.answers["POST /containers/c1/attach"] = {{200, frame(1, "one\ntw") + "no frame at all"}};
  engine.answers["GET /containers/c1/logs"] = {{200, frame(1, "one\n") + frame(2, "err\n") + frame(1, "two\nthree")}};
  outputs(shell("commands: [echo]"));
  EXPECT_EQ(info(), (Lines{"one", "two", "three"}));
  EXPECT_EQ(context->lines(LogLevel::error), (Lines{"err"}));
  EXPECT_TRUE(context->lines(LogLevel::warn).empty());
  engine.answers["GET /containers/c1/logs"] = {{501, R"({"message": "this log cannot be read"})"}};
  new_attempt();
  outputs(shell("commands: [echo]"));
  EXPECT_NE(context->lines(LogLevel::warn).at(0).find("this log cannot be read"), std::string::npos);
  for (const auto& [request, bad] :
       PlayedEngine::Answers{{"POST /containers/create", {{201, "[]"}}},
                             {"POST /containers/c1/start", {{500, R"({"message": "no such file: /bin/sh"})"}}},
                             {"POST /containers/c1/wait", {{200, "{}"}}}}) {
    engine.answers = {{request, bad}};
    new_attempt();
    EXPECT_FALSE(run(shell("commands: [echo]")).has_value()) << request;
    if (request != "POST /containers/create") EXPECT_EQ(requests().back(), "DELETE /containers/c1") << request;
  }
}

TEST_F(DockerRunner, FormerPropertiesMeanTheSame) {  // SCRIPT-4
  auto former = [this](std::string_view docker) {
    return fmt::format(
        "{{id: t, type: io.kestra.plugin.scripts.shell.Commands, commands: [echo], runner: DOCKER, docker: "
        "{{dockerHost: '{}', {}}}}}",
        host_, docker);
  };
  outputs(former("image: gyr-test, user: guest"));
  EXPECT_EQ(*engine.created().find("User"), text("guest"));
  EXPECT_NE(engine.created().find_path({"HostConfig", "Mounts"}), nullptr) << "`runner` asks for an output directory";
  engine.answers["GET /images/ubuntu/json"] = {{200, "{}"}};
  outputs(former("privileged: true"));
  EXPECT_EQ(*engine.created().find("Image"), text("ubuntu")) << "the image of the language";
  outputs(shell(fmt::format("commands: [echo], docker: {{host: '{}', image: gyr-test, user: other}}", host_),
                "user: guest"));
  EXPECT_EQ(*engine.created().find("User"), text("other")) << "it takes the place of the runner's properties";
  EXPECT_FALSE(problems(former("what: 1")).empty());
  EXPECT_TRUE(problems("{id: t, type: io.kestra.plugin.scripts.shell.Commands, commands: [echo], "
                       "taskRunner: {type: io.kestra.plugin.scripts.runner.docker.DockerTaskRunner}}")
                  .empty());
}

TEST_F(DockerRunner, IsTheCustomWhereThereIsAnEngine) {  // SCRIPT-4
  context->settings.add(std::string(runner::docker_type), Value::map({{"host", text(host_)}}));
  engine.answers["GET /images/ubuntu/json"] = {{200, "{}"}};
  outputs("{id: t, type: io.kestra.plugin.scripts.shell.Commands, commands: [echo]}");
  EXPECT_EQ(*engine.created().find("Image"), text("ubuntu"));
}

}  // namespace
}  // namespace gyr::plugins::testing
