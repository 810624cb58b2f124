#include "process/spawner.h"

#include <atomic>
#include <mutex>

#include "process/running.h"

namespace gyr::process {
namespace {

/// The kernel's own limit of one argument, and of one variable with its name, with the NUL at its end (MAX_ARG_STRLEN).
constexpr size_t max_argument = 128 * 1024 - 1;
/// Refused before anything is sent; below it the kernel decides (a quarter of the stack limit, 2 MiB as a rule).
constexpr size_t max_command = 6 * 1024 * 1024;

base::Result<void> check_text(std::string_view what, std::string_view text, size_t name_size) {
  if (size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return base::fail(spawn_failed, fmt::format("{} contains a NUL character at byte {}", what, nul));
  }
  if (text.size() + name_size > max_argument) {
    return base::fail(base::Error(spawn_failed, fmt::format("{} has {} bytes; the limit of the system is {}", what,
                                                            text.size(), max_argument - name_size))
                          .with_hint("write it to a file (`inputFiles`) and pass the name of the file"));
  }
  return {};
}

base::Result<void> check_command(const Command& command) {
  if (command.arguments.empty() || command.arguments[0].empty()) {
    return base::fail(spawn_failed,
                      "there is no command to run: the list of arguments is empty or its first entry is empty");
  }
  size_t total = 0;
  for (size_t i = 0; i < command.arguments.size(); ++i) {
    GYR_CHECK(check_text(fmt::format("argument {} of the command", i), command.arguments[i], 0));
    total += command.arguments[i].size() + 1;
  }
  for (const auto& [name, value] : command.environment) {
    if (name.empty()) return base::fail(spawn_failed, "an environment variable has an empty name");
    if (name.find('\0') != std::string::npos || name.find('=') != std::string::npos) {
      return base::fail(spawn_failed,
                        fmt::format("the name of an environment variable must not contain `=` or a NUL character: `{}`",
                                    name.substr(0, name.find('\0'))));
    }
    GYR_CHECK(check_text(fmt::format("the environment variable `{}`", name), value, name.size() + 1));
    total += name.size() + value.size() + 2;
  }
  if (command.directory.find('\0') != std::string::npos) {
    return base::fail(spawn_failed, "the path of the working directory contains a NUL character");
  }
  if (total > max_command) {
    return base::fail(
        spawn_failed,
        fmt::format("arguments and environment variables have {} bytes in total; the limit of the system is {}", total,
                    max_command));
  }
  return {};
}

class StartedProcess final : public Process {
 public:
  explicit StartedProcess(std::shared_ptr<Running> running) : running_(std::move(running)) {}
  StartedProcess(const StartedProcess&) = delete;
  StartedProcess& operator=(const StartedProcess&) = delete;
  ~StartedProcess() override { running_->abandon(); }
  int pid() const override { return running_->pid(); }
  void kill() override { running_->kill(); }
  void resume() override { running_->resume(); }

 private:
  std::shared_ptr<Running> running_;
};

class HelperSpawner final : public Spawner {
 public:
  explicit HelperSpawner(std::string program) : program_(std::move(program)) {
    // Once a process: the groups of another spawner in it are none of a dead server.
    static std::once_flag cleaned;
    std::call_once(cleaned, [this] { cgroups_->remove_leftovers(); });
  }

  base::Result<std::unique_ptr<Process>> start(base::Loop& loop, Command command, Observer& observer) override {
    GYR_CHECK(check_command(command));
    GYR_TRY(auto channel, living_channel());
    const uint64_t id = last_id_.fetch_add(1, std::memory_order_relaxed) + 1;
    std::unique_ptr<RunCgroup> group;
    if (command.limits.any()) {
      GYR_TRY(group, cgroups_->make(id, command.limits));
      command.warm.reset();
    }
    auto running = std::make_shared<Running>(loop, observer, poller_, std::move(channel), id, std::move(command),
                                             std::move(group));
    GYR_CHECK(running->start());
    return std::make_unique<StartedProcess>(std::move(running));
  }

  int helper_pid() const override {
    std::lock_guard lock(mutex_);
    return channel_ ? channel_->helper_pid() : 0;
  }

  base::Result<std::shared_ptr<Channel>> living_channel() {
    std::lock_guard lock(mutex_);
    if (!poller_.valid()) return base::fail(spawn_failed, "cannot watch processes: no file descriptors are left");
    if (!channel_ || !channel_->alive()) {
      GYR_TRY(channel_, Channel::open(program_, poller_));
    }
    return channel_;
  }

 private:
  const std::string program_;
  const std::shared_ptr<RunCgroups> cgroups_ = RunCgroups::of_this_server();
  Poller poller_;  // outlives the channels
  mutable std::mutex mutex_;
  std::shared_ptr<Channel> channel_;
  std::atomic<uint64_t> last_id_{0};
};

}  // namespace

base::Result<std::unique_ptr<Spawner>> start_spawner(const std::string& program) {
  auto spawner = std::make_unique<HelperSpawner>(program);
  GYR_TRY(auto channel, spawner->living_channel());
  return spawner;
}

}  // namespace gyr::process
