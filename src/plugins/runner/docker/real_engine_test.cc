#include "plugins/runner/docker/real_engine_test.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include "plugins/runner/docker/tar.h"
#include "plugins/script/python_packages.h"
#include "process/fd.h"
#include "process/testing/program.h"
#include "syntax/json.h"

namespace gyr::plugins::testing {

namespace fs = std::filesystem;

namespace {

/// Longer than an engine takes to start on a busy machine.
constexpr std::chrono::seconds patience{120};

std::optional<fs::path> find_daemon(std::string_view name) {
  if (auto found = script::find_program(name)) return found;
  for (const char* folder : {"/usr/sbin", "/sbin"}) {
    std::error_code error;
    if (fs::is_regular_file(fs::path(folder) / name, error)) return fs::path(folder) / name;
  }
  return std::nullopt;
}

}  // namespace

RealEngine::RealEngine() {
  if (::getuid() != 0) {
    problem_ = "a container engine needs root";
    return;
  }
  for (std::string_view program : {"dockerd", "containerd", "runc", "busybox"}) {
    if (find_daemon(program)) continue;
    problem_ = fmt::format("`{}` is not installed (packages docker.io, runc, busybox-static)", program);
    return;
  }
  std::string name = (fs::temp_directory_path() / "gyr-docker-XXXXXX").string();
  folder_ = ::mkdtemp(name.data());
  if (start() && make_image()) (void)runs_containers();
}

RealEngine::~RealEngine() {
  if (daemon_) {
    daemon_->kill();
    (void)loop_.run_until([this] { return recorder_.done(); }, patience);
  }
  if (folder_.empty()) return;
  // An engine that did not end in order leaves mounts.
  std::ifstream mounts("/proc/self/mounts");
  for (std::string device, target, rest; mounts >> device >> target && std::getline(mounts, rest);) {
    if (target.starts_with(folder_.string() + "/")) ::umount2(target.c_str(), MNT_DETACH);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool RealEngine::start() {
  std::ofstream(folder_ / "daemon.json") << "{}\n";
  process::UniqueFd watch(::inotify_init1(IN_CLOEXEC));
  ::inotify_add_watch(watch.get(), folder_.c_str(), IN_CREATE);
  process::Command command;
  command.arguments = {"/bin/sh", "-c",
                       "dockerd --config-file daemon.json --data-root $PWD/data --exec-root $PWD/exec --pidfile "
                       "$PWD/pid --host unix://$PWD/engine.sock "
                       "--iptables=false --bridge=none > log 2>&1; echo > exited"};
  command.environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  command.directory = folder_.string();
  command.kill_grace = std::chrono::seconds(30);
  spawner_ = process::testing::spawner_of_this_program();
  auto started = spawner_->start(loop_, std::move(command), recorder_);
  if (!started) {
    problem_ = started.error().message();
    return false;
  }
  daemon_ = std::move(*started);
  return wait_until_it_listens(watch.get());
}

/// Its socket appears early; requests wait until it is ready.
bool RealEngine::wait_until_it_listens(int watch) {
  const auto deadline = base::monotonic_now() + patience;
  while (!fs::exists(folder_ / "engine.sock") && !fs::exists(folder_ / "exited")) {
    pollfd event{watch, POLLIN, 0};
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - base::monotonic_now());
    alignas(inotify_event) char buffer[4096];
    if (left.count() <= 0 || ::poll(&event, 1, static_cast<int>(left.count())) <= 0 ||
        ::read(watch, buffer, sizeof buffer) <= 0)
      break;
  }
  auto answer = ask("GET", "/_ping");
  if (answer.status == 200) return true;
  std::ifstream log(folder_ / "log");
  std::string said{std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>()};
  problem_ = "dockerd does not start here: " + said.substr(said.size() > 600 ? said.size() - 600 : 0);
  return false;
}

bool RealEngine::make_image() {
  const fs::path root = folder_ / "root";
  fs::create_directories(root / "bin");
  fs::create_directories(root / "etc");
  fs::create_directories(root / "tmp");
  fs::copy_file(*find_daemon("busybox"), root / "bin" / "busybox");
  for (const char* name : {"sh",    "cat", "chmod", "echo", "env",   "expr", "hostname", "id",    "ln",   "ls",
                           "mkdir", "pwd", "rm",    "seq",  "sleep", "stat", "test",     "touch", "true", "yes"}) {
    fs::create_symlink("busybox", root / "bin" / name);
  }
  std::ofstream(root / "etc" / "passwd") << "root:x:0:0::/:/bin/sh\nguest:x:1000:1000::/:/bin/sh\n";
  auto packed = runner::pack_directory(root, image_archive(), {});
  auto made = ask(
      "POST",
      "/images/"
      "create?fromSrc=-&repo=gyr-test&tag=latest&changes=ENTRYPOINT%20%5B%22%2Fbin%2Fecho%22%2C%22entry%20point%22%5D",
      "", image_archive());
  if (packed && made.status == 200 && made.body.find("\"error\"") == std::string::npos) return true;
  problem_ = "the engine takes no image: " + made.body;
  return false;
}

/// Some machines (a container without rights, a bare chroot) start an engine that can run nothing.
bool RealEngine::runs_containers() {
  auto created =
      ask("POST", "/containers/create", R"({"Image": "gyr-test", "Entrypoint": [""], "Cmd": ["/bin/true"]})");
  auto parsed = syntax::parse_json(created.body);
  const base::Value* id = parsed ? parsed->find("Id") : nullptr;
  if (id == nullptr) {
    problem_ = "the engine makes no container here: " + created.body;
    return false;
  }
  std::string container = "/containers/" + std::string(id->text());
  auto started = ask("POST", container + "/start");
  if (started.status == 204) (void)ask("POST", container + "/wait");
  (void)ask("DELETE", container + "?force=1&v=1");
  if (started.status == 204) return true;
  problem_ = "the engine runs no containers here: " + started.body;
  return false;
}

net::ClientResponse RealEngine::ask(std::string method, std::string target, std::string body, fs::path file) const {
  net::ClientRequest request;
  request.method = std::move(method);
  request.url = "http://localhost" + target;
  request.unix_socket = (folder_ / "engine.sock").string();
  request.read_idle_timeout = patience;
  request.headers.add("Content-Type", file.empty() ? "application/json" : "application/x-tar");
  request.body = std::move(body);
  if (!file.empty()) request.body_file = file.string();
  process::testing::TestLoop loop;
  auto client = net::make_http_client();
  auto answer = loop.run(client->send(std::move(request), loop, {}));
  return answer ? *std::move(answer) : net::ClientResponse{.status = 0, .body = answer.error().message()};
}

}  // namespace gyr::plugins::testing
