// The Docker runner before a real engine, and an engine before a registry.
#include <openssl/evp.h>

#include <fstream>
#include <mutex>

#include "base/text.h"
#include "net/test_support.h"
#include "net/url.h"
#include "plugins/runner/docker/docker.h"
#include "plugins/runner/docker/docker_fixture_test.h"
#include "plugins/runner/docker/image_name.h"
#include "plugins/runner/docker/real_engine_test.h"
#include "syntax/json.h"

namespace gyr::plugins::testing {
namespace {

namespace fs = std::filesystem;
using base::Value;
using model::LogLevel;
using Lines = std::vector<std::string>;

/// One engine for all tests here; it takes seconds to start.
class DockerWithEngine : public DockerTest {
 protected:
  static void SetUpTestSuite() { engine_ = new RealEngine(); }
  static void TearDownTestSuite() {
    delete engine_;
    engine_ = nullptr;
  }
  DockerWithEngine() : DockerTest(engine_->host()) {}
  void SetUp() override {
    if (!engine_->problem().empty()) GTEST_SKIP() << "NOT TESTED: " << engine_->problem();
  }

  /// Containers that carry the labels of this task run.
  Value containers() const {
    std::string filters = syntax::write_json(Value::map(
        {{"label", Value::list({text("kestra.io/taskrun-id=" + context->run_info.task_run_id.to_text())})}}));
    return *syntax::parse_json(
        engine_->ask("GET", "/containers/json?all=1&filters=" + net::percent_encode(filters)).body);
  }
  Value volumes() const { return *syntax::parse_json(engine_->ask("GET", "/volumes").body).value().find("Volumes"); }
  Value inspect(std::string_view id) const {
    return *syntax::parse_json(engine_->ask("GET", fmt::format("/containers/{}/json", id)).body);
  }
  void remove(std::string_view id) const {
    (void)engine_->ask("DELETE", fmt::format("/containers/{}?force=1&v=1", id));
  }
  static std::string id_of(const Value& outputs) {
    return std::string(outputs.find_path({"taskRunner", "containerId"})->text());
  }
  static size_t count(const Value& list) { return list.is_list() ? list.size() : 0; }

  static RealEngine* engine_;
};
RealEngine* DockerWithEngine::engine_ = nullptr;

TEST_F(DockerWithEngine, RunsCommandsInAContainer) {  // RUNNER-20, RUNNER-22, SCRIPT-2, SCRIPT-25, SCRIPT-30, SCRIPT-31
  Value given =
      outputs(shell(R"(commands: ['echo "$A|$PWD|$WORKING_DIR|${HOME_OF_WORKER:-unset}"', echo, 'echo oops >&2',
      'echo ''::{"outputs":{"n":5},"metrics":[{"name":"m","type":"counter","value":2}]}::'''], env: {A: "{{ flow.id }}"})"));
  std::string directory = context->fake_files.working_directory()->string();
  EXPECT_EQ(info(), (Lines{"flow|" + directory + "|" + directory + "|unset"})) << "empty lines are left out";
  EXPECT_EQ(context->lines(LogLevel::error), (Lines{"oops"}));
  EXPECT_EQ(*given.find("vars"), json(R"({"n": 5})"));
  EXPECT_EQ(context->metric_value("m"), 2);
  EXPECT_EQ(given.find("exitCode")->as_integer(), 0);
  EXPECT_EQ(id_of(given).size(), 64U);
  EXPECT_EQ(count(containers()), 0U) << "RUNNER-27";
  EXPECT_EQ(count(volumes()), 0U);
}

TEST_F(DockerWithEngine, ExitCodesAndWhatWasGiven) {  // SCRIPT-26
  auto result = run(shell(
      R"(commands: ['echo x > made.txt', 'echo ''::{"outputs":{"k":"v"}}::''', 'exit 7'], outputFiles: [made.txt])"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.message(), "Command failed with exit code 7");
  EXPECT_EQ(stored(result.error().outputs, "made.txt"), "x\n");
  EXPECT_EQ(*result.error().outputs.find("vars"), json(R"({"k": "v"})"));
  EXPECT_EQ(failure(shell("commands: [\"sh -c 'kill -9 $$' || exit $?\"]")), "Command failed with exit code 137");
  EXPECT_NE(failure(shell("commands: [x], interpreter: [/no/such]")).find("/no/such"), std::string::npos);
  EXPECT_EQ(count(containers()), 0U);
}

TEST_F(DockerWithEngine, FilesGoInAndComeBack) {  // RUNNER-25, SCRIPT-20, SCRIPT-24
  std::string uri = context->fake_files.put("made", "stored é");
  std::string deep = std::string(120, 'd') + "/" + std::string(90, 'f') + ".txt";
  Value given = outputs(
      shell(fmt::format(R"(inputFiles: {{a.txt: "{}", s/run.sh: "echo ran", '{}': deep}}, outputFiles: ['out/**', '{}'],
      commands: ['cat a.txt; echo', 'cat {}; echo', 'sh s/run.sh', 'cat {}; echo', 'mkdir -p out/x', 'echo made > out/x/y.txt; chmod 640 out/x/y.txt',
      'ln -s /etc/passwd out/link', 'echo changed > {}'])",
                        uri, deep, deep, uri, deep, deep)));
  EXPECT_EQ(info(), (Lines{"stored é", "stored é", "ran", "deep"}));
  EXPECT_EQ(stored(given, "out/x/y.txt"), "made\n");
  EXPECT_EQ(stored(given, deep), "changed\n");
  EXPECT_EQ(stored(given, "out/link"), "<none>") << "links are not followed";
  fs::path directory = *context->fake_files.working_directory();
  EXPECT_EQ(fs::status(directory / "out/x").permissions(), fs::perms(0755));
  EXPECT_TRUE(fs::exists(directory / "s/run.sh"));

  given = outputs(shell(
      "outputDirectory: true, commands: ['echo d > {{ outputDir }}/d.txt', 'test \"$OUTPUT_DIR\" = {{ outputDir }}']"));
  EXPECT_EQ(stored(given, "d.txt"), "d\n");
  given = outputs(
      "{id: t, type: io.kestra.plugin.scripts.shell.Script, containerImage: gyr-test, outputFiles: [m.txt], "
      "inputFiles: {i.txt: x}, "
      "taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker, fileHandlingStrategy: MOUNT, host: '" +
      host_ +
      "'}, "
      "script: 'cat i.txt > m.txt'}");
  EXPECT_EQ(stored(given, "m.txt"), "x");
  EXPECT_EQ(count(volumes()), 0U);
}

TEST_F(DockerWithEngine, AnotherUserMayWriteToo) {
  Value given = outputs(shell("inputFiles: {a.txt: x}, outputFiles: [b.txt], commands: ['id -u', 'cat a.txt > b.txt']",
                              "user: '1000:1000'"));
  EXPECT_EQ(info(), (Lines{"1000"}));
  EXPECT_EQ(stored(given, "b.txt"), "x");
  outputs(shell("inputFiles: {a.txt: x}, commands: ['id -un', 'echo > new.txt']", "user: guest"));
}

TEST_F(DockerWithEngine, TheEngineAppliesResources) {
  Value given = outputs(
      shell("commands: ['cat /etc/hosts', 'sleep 100']",
            "wait: false, delete: false, networkMode: none, cpu: {cpus: 0.5}, memory: {memory: 64MB}, shmSize: 1MB, "
            "extraHosts: ['other:1.2.3.4'], privileged: true, user: guest, portBindings: ['8080:80']"));
  Value container = inspect(id_of(given));
  EXPECT_TRUE(container.find_path({"State", "Running"})->as_boolean()) << "nobody waits for it";
  const Value& host = *container.find("HostConfig");
  EXPECT_EQ(host.find("NanoCpus")->as_integer(), 500'000'000);
  EXPECT_EQ(host.find("Memory")->as_integer(), 64 << 20);
  EXPECT_EQ(host.find("ShmSize")->as_integer(), 1 << 20);
  EXPECT_EQ(*host.find("ExtraHosts"), json(R"(["other:1.2.3.4"])"));
  EXPECT_EQ(*host.find("NetworkMode"), text("none"));
  EXPECT_TRUE(host.find("Privileged")->as_boolean());
  EXPECT_EQ(*container.find_path({"Config", "User"}), text("guest"));
  EXPECT_EQ(*container.find_path({"Config", "Labels", "kestra.io/flow-id"}), text("flow"));
  remove(id_of(given));

  given = outputs(shell("commands: ['echo kept > f.txt'], inputFiles: {a: b}", "delete: false"));
  EXPECT_EQ(count(containers()), 1U) << "delete: false";
  remove(id_of(given));
  EXPECT_EQ(count(volumes()), 0U) << "the volume goes with its container";
  // The entry point of the image is used only on request.
  outputs(shell("commands: [and, words], interpreter: []", "entryPoint: [/bin/echo, own]"));
  EXPECT_EQ(info(), (Lines{"own and words"}));
}

TEST_F(DockerWithEngine, FoldersOfTheMachineOnlyWhereAllowed) {  // RUNNER-23
  std::string folder = (*context->fake_files.cache_directory()).string();
  fs::create_directories(folder);
  std::ofstream(fs::path(folder) / "f") << "from outside";
  std::string runner = fmt::format("volumes: ['{}:/outside:ro']", folder);
  outputs(shell("commands: ['cat /outside/f || echo none']", runner));
  context->settings.add(std::string(runner::docker_type), json(R"({"volumeEnabled": true})"));
  outputs(shell("commands: ['cat /outside/f']", runner));
  EXPECT_EQ(info(), (Lines{"none", "from outside"}));
}

TEST_F(DockerWithEngine, AKillEndsTheContainer) {  // SCRIPT-27, RUNNER-27
  listening->on_line = [this](std::string_view line) {
    if (line == "started") context->cancel.cancel();
  };
  auto result = run(shell("commands: [echo started, sleep 1000]"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code(), plugin::task_cancelled);
  EXPECT_EQ(count(containers()), 0U);
}

TEST_F(DockerWithEngine, AKilledContainerMayHaveTimeToEnd) {
  listening->on_line = [this](std::string_view line) {
    if (line == "started") context->cancel.cancel();
  };
  auto result = run(shell(R"(commands: ['trap "exit 3" TERM', echo started, 'while true; do sleep 0.1; done'])",
                          "killGracePeriod: PT60S, delete: false"));
  ASSERT_FALSE(result.has_value());
  Value left = containers();
  ASSERT_EQ(count(left), 1U);
  std::string id(left.items()[0].find("Id")->text());
  EXPECT_EQ(inspect(id).find_path({"State", "ExitCode"})->as_integer(), 3) << "it ended by itself";
  remove(id);
}

TEST_F(DockerWithEngine, TheNextWorkerResumesTheContainer) {  // RUNNER-7, RUNNER-26
  std::string task = shell(R"(inputFiles: {go: ''}, outputFiles: [done.txt], outputDirectory: true, commands: [
      'echo ''::{"outputs":{"first":1}}::''', echo started, 'while test -e go; do sleep 0.1; done', 'echo ended > done.txt', 'echo d > $OUTPUT_DIR/d.txt'])");
  listening->on_line = [this](std::string_view line) {
    if (line != "started") return;
    context->given_over = true;
    context->cancel.cancel();
  };
  ASSERT_FALSE(run(task).has_value());
  ASSERT_EQ(count(containers()), 1U) << "it still runs";
  std::string id(containers().items()[0].find("Id")->text());
  fs::path first = *context->fake_files.working_directory();

  new_attempt();
  context->run_info.attempt = 1;  // the first was lost: the container is still that of attempt 0
  ASSERT_NE(*context->fake_files.working_directory(), first);
  listening->on_line = [&](std::string_view line) {
    if (line != "started") return;  // lets the script end, like a process inside the container
    auto made = syntax::parse_json(engine_
                                       ->ask("POST", fmt::format("/containers/{}/exec", id),
                                             fmt::format(R"({{"Cmd": ["rm", "{}/go"]}})", first.string()))
                                       .body);
    EXPECT_EQ(
        engine_->ask("POST", fmt::format("/exec/{}/start", made->find("Id")->text()), R"({"Detach": true})").status,
        200);
  };
  Value given = outputs(task);
  EXPECT_EQ(id_of(given), id);
  EXPECT_EQ(*given.find("vars"), json(R"({"first": 1})")) << "its output is read again from the beginning";
  EXPECT_EQ(stored(given, "done.txt"), "ended\n");
  EXPECT_EQ(stored(given, "d.txt"), "d\n");
  EXPECT_EQ(count(containers()), 0U);
  EXPECT_EQ(count(volumes()), 0U);
}

TEST_F(DockerWithEngine, LongOutputArrivesWhole) {  // SCRIPT-31: streamed with back-pressure
  outputs(
      shell("commands: ['seq 1 50000', 'i=0; while test $i -lt 3000; do printf 0123456789; i=$((i+1)); done; echo']"));
  Lines lines = info();
  ASSERT_EQ(lines.size(), 50'001U);
  for (size_t i = 0; i < 50'000; ++i) ASSERT_EQ(lines[i], std::to_string(i + 1));
  EXPECT_EQ(lines.back().size(), 30'000U);
  EXPECT_GT(context->rooms, 10U) << "output waits for room in the log";
}

// ---------------------------------------------------------------------------------------------- registry

std::string sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return "sha256:" + base::hex_encode({reinterpret_cast<const char*>(digest), size});
}

/// A registry with one image for one user. What it does not know fails the test.
class PlayedRegistry {
 public:
  explicit PlayedRegistry(std::string layer)
      : layer_(std::move(layer)), server_([this](net::ServerRequest request) { return answer(std::move(request)); }) {
    config_ = fmt::format(
        R"({{"architecture": "{}", "os": "linux", "config": {{}}, "rootfs": {{"type": "layers", "diff_ids": ["{}"]}}}})",
#if defined(__aarch64__)
        "arm64",
#else
        "amd64",
#endif
        sha256(layer_));
    manifest_ = fmt::format(
        R"({{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {{"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "{}", "size": {}}},
        "layers": [{{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "{}", "size": {}}}]}})",
        sha256(config_), config_.size(), sha256(layer_), layer_.size());
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", server_.port()); }
  Lines unknown() const {
    std::lock_guard lock(mutex_);
    return unknown_;
  }
  /// How often the manifest was requested with the right password.
  int manifests() const {
    std::lock_guard lock(mutex_);
    return manifests_;
  }

 private:
  base::Task<net::ServerResponse> answer(net::ServerRequest request) {
    net::ServerResponse response;
    std::lock_guard lock(mutex_);
    if (request.headers.get("Authorization") != "Basic " + base::base64_encode("user:secret")) {
      response.status = 401;
      response.headers.add("WWW-Authenticate", "Basic realm=\"played\"");
      response.body = R"({"errors": [{"code": "UNAUTHORIZED", "message": "who are you"}]})";
      co_return response;
    }
    const std::string& path = request.target;
    if (path == "/v2/") {
      response.body = "{}";
    } else if (path == "/v2/team/tool/manifests/1.0" || path == "/v2/team/tool/manifests/" + sha256(manifest_)) {
      manifests_ += 1;
      response.headers.add("Content-Type", "application/vnd.oci.image.manifest.v1+json");
      response.headers.add("Docker-Content-Digest", sha256(manifest_));
      response.body = manifest_;
    } else if (path == "/v2/team/tool/blobs/" + sha256(config_)) {
      response.body = config_;
    } else if (path == "/v2/team/tool/blobs/" + sha256(layer_)) {
      response.body = layer_;
    } else {
      unknown_.push_back(request.method + " " + path);
      response.status = 404;
    }
    co_return response;
  }

  std::string layer_, config_, manifest_;
  mutable std::mutex mutex_;
  Lines unknown_;
  int manifests_ = 0;
  net::test::TestServer server_;
};

TEST_F(DockerWithEngine, PullsFromAPrivateRegistry) {  // RUNNER-21
  std::ifstream file(engine_->image_archive(), std::ios::binary);
  PlayedRegistry registry({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  auto task = [&](std::string_view runner) {
    return fmt::format(
        "{{id: t, type: io.kestra.plugin.scripts.shell.Commands, containerImage: '{}/team/tool:1.0', commands: [echo "
        "ran], "
        "taskRunner: {{type: io.kestra.plugin.scripts.runner.docker.Docker, host: '{}', {}}}}}",
        registry.address(), host_, runner);
  };
  constexpr std::string_view wrong = "credentials: {username: user, password: wrong}, pullPolicy: ALWAYS";
  // The engine reports a wrong password as a failure of its own, which is tried again: end it at the first.
  listening->on_line = [this](std::string_view line) {
    if (line.find("try 1 of") != std::string_view::npos) context->cancel.cancel();
  };
  ASSERT_FALSE(run(task(wrong)).has_value());
  EXPECT_EQ(registry.manifests(), 0);
  new_attempt();
  EXPECT_FALSE(run(task("pullPolicy: NEVER")).has_value()) << "it is not there yet";

  outputs(task("credentials: {username: user, password: secret}"));
  int first = registry.manifests();
  EXPECT_GT(first, 0);
  outputs(task("pullPolicy: IF_NOT_PRESENT"));
  outputs(task("pullPolicy: NEVER"));
  EXPECT_EQ(registry.manifests(), first) << "it is there";
  std::string auth = base::base64_encode("user:secret");
  outputs(
      task(fmt::format("pullPolicy: ALWAYS, config: {{auths: {{'{}': {{auth: '{}'}}}}}}", registry.address(), auth)));
  EXPECT_GT(registry.manifests(), first);
  outputs(task(fmt::format(
      R"(pullPolicy: ALWAYS, config: '{{"auths": {{"http://{}/v2/": {{"username": "user", "password": "secret"}}}}}}')",
      registry.address())));
  outputs(
      task(fmt::format("pullPolicy: ALWAYS, credentials: {{registry: '{}', auth: '{}'}}", registry.address(), auth)));
  EXPECT_EQ(info(), (Lines{"ran", "ran", "ran", "ran", "ran", "ran"}));
  EXPECT_EQ(registry.unknown(), Lines());
}

}  // namespace
}  // namespace gyr::plugins::testing
